/** The file of a data folder that holds its history; where it lies, the folder has been used. */
export const databaseName = 'residua.sqlite';
