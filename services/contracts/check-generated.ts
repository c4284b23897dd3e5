import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Generates the contracts anew beside the checked-in ones and compares: generated code is never stale and never edited.
const root = join(import.meta.dirname, '..', '..');
const fresh = mkdtempSync(join(tmpdir(), 'churn-contracts-'));
try {
  cpSync(join(root, 'proto'), join(fresh, 'proto'), { recursive: true });
  for (const file of ['buf.yaml', 'buf.gen.yaml']) cpSync(join(root, file), join(fresh, file));
  execFileSync(join(root, 'node_modules', '.bin', 'buf'), ['generate'], { cwd: fresh, stdio: 'inherit' });
  const checkedIn = contentsOf(join(import.meta.dirname, 'gen'));
  const generated = contentsOf(join(fresh, 'services', 'contracts', 'gen'));
  const stale = [...new Set([...checkedIn.keys(), ...generated.keys()])].filter(
    (file) => checkedIn.get(file) !== generated.get(file),
  );
  if (stale.length > 0) {
    process.stderr.write(`generated contracts are stale, run "npm run gen":\n  ${stale.join('\n  ')}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true });
}

function contentsOf(directory: string): Map<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
}
