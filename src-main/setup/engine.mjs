/**
 * The training engine: TensorFlow from its Python wheel and the addon that links it to Node. This module is what the
 * command line and the app's Engine screen share; the engine lives in the user's cache, where every checkout and the
 * installed app find it.
 */
export { findCard } from './card.mjs';
export { checkGradients, deviceReport, engineEnvironment } from './engine-check.mjs';
export { InstallControl, installEngine } from './engine-install.mjs';
export {
  engineFlavour,
  flavourFor,
  locateEngine,
  otherEngines,
  planEngine,
  removeEngine,
  removeOlderEngines,
} from './engine-place.mjs';
export { engineVersion, engineWheels } from './engine-wheels.mjs';
export { Interrupted, SetupFailure } from './failure.mjs';
export { cacheFolder, checkoutFolder } from './paths.mjs';
