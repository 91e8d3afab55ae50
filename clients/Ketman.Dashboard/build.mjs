// Bundles scripts and styles, names each file by its content so that browsers may keep it for ever, and compresses it once, as well
// as it goes, instead of at every request. Called by the project's build: node build.mjs OUT
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const out = process.argv[2];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const bundled = await build({
  entryPoints: readdirSync('Assets').filter(name => name.endsWith('.entry.js') || name === 'app.css').map(name => join('Assets', name)),
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome120', 'firefox121', 'safari17'],
  legalComments: 'none',
  outdir: out,
  write: false,
});

const manifest = {};
const keep = (name, bytes) => {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 10);
  const kept = `${basename(name, extname(name))}.${hash}${extname(name)}`;
  manifest[name] = kept;
  writeFileSync(join(out, kept), bytes);
  writeFileSync(join(out, `${kept}.gz`), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(out, `${kept}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
};

for (const file of bundled.outputFiles) {
  keep(basename(file.path).replace('.entry.', '.'), file.contents);
}

for (const picture of readdirSync('Assets').filter(name => name.endsWith('.svg'))) {
  keep(picture, readFileSync(join('Assets', picture)));
}

// Last: its presence says that the rest is complete.
writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest));
