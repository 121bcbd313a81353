/*
 * Makes a fresh checkout ready: npm packages, compiled sources and, with --with-debian-packages, the name servers and
 * zone tools that the tests run. Says nothing and changes nothing where all is in place.
 * Plain Node without dependencies: it runs before any package is there.
 */
import { compile } from './compile.js';
import { installDebianPackages } from './debian-packages.js';
import { checkNodeVersion, installNpmPackages } from './npm-packages.js';
import { SetupError } from './step.js';

try {
  checkNodeVersion();
  installNpmPackages();
  compile();
  if (process.argv.includes('--with-debian-packages')) installDebianPackages();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
