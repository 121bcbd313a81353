import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run, say } from './step.js';

const installer = fileURLToPath(new URL('install-debian-packages.sh', import.meta.url));
const policy = '/usr/sbin/policy-rc.d';

/**
 * Installs those packages of debian-packages.txt that are missing. Where that cannot be done it says what to run by
 * hand and goes on: tests that need a missing program are skipped with that reason.
 */
export function installDebianPackages() {
  const wanted = packageNames();
  if (!existsSync('/etc/debian_version')) {
    say(`not a Debian system; tests that need one of these packages are skipped: ${wanted.join(', ')}`);
    return;
  }
  const missing = missingOf(wanted);
  if (missing.length === 0 && !policyLeftBehind()) return;

  const asRoot = rootCommand();
  if (asRoot === undefined) {
    if (missing.length > 0) explain(missing, 'this user may not install them');
    return;
  }
  if (missing.length > 0) say(`installing Debian packages: ${missing.join(' ')}`);
  const [program, ...args] = [...asRoot, 'sh', installer, ...missing];
  const { ok, output } = run(program, args);
  const stillMissing = missingOf(missing);
  if (stillMissing.length > 0) explain(stillMissing, `installing them failed:\n${complaints(output)}`);
  else if (!ok) say(`Debian packages are installed, but with complaints:\n${complaints(output)}`);
}

/** A killed installation leaves behind the file that keeps daemons from starting; the installer removes it. */
function policyLeftBehind() {
  return existsSync(policy) && readFileSync(policy, 'utf8').includes('zonewright');
}

/** @param {string[]} missing @param {string} why */
function explain(missing, why) {
  say(`Debian packages are missing: ${missing.join(', ')}; ${why}`);
  say('tests that need them are skipped. To run those too, install them as root:');
  say(`  apt-get install --no-install-recommends ${missing.join(' ')}`);
}

function packageNames() {
  const lines = readFileSync(new URL('debian-packages.txt', import.meta.url), 'utf8').split('\n');
  return lines.flatMap((line) => /^[a-z0-9][a-z0-9+.-]*(?=:)/.exec(line) ?? []);
}

/** @param {string[]} names @returns {string[]} those that are not fully installed. */
function missingOf(names) {
  const { stdout } = run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...names]);
  const lines = new Set(stdout.split('\n'));
  return names.filter((name) => !lines.has(`${name} installed`));
}

/** @returns {string[] | undefined} what to put before a command to run it as root, without asking for a password. */
function rootCommand() {
  if (process.getuid?.() === 0) return [];
  return run('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : undefined;
}

/** What apt-get gives as its errors, else the end of what it said. @param {string} output */
function complaints(output) {
  const lines = output.split('\n');
  const errors = new Set(lines.filter((line) => /^(E|dpkg): /.test(line)));
  return [...(errors.size > 0 ? errors : lines.slice(-8))].map((line) => `  ${line}`).join('\n');
}
