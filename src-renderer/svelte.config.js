import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** For the checker and the linter; the build gives the same to the bundler. */
export default { preprocess: vitePreprocess() };
