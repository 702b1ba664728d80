// Compiles frontend/ into static/build/: one stylesheet and one script for the site, one stylesheet for the
// admin. Parts that few pages need are split off and loaded by those pages only.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const parts = path.join(root, "node_modules", "nhsuk-frontend", "dist", "nhsuk");
const out = path.join(root, "static", "build");

// theme.json as a Sass module: `@use "theme"` gives $app-font and $app-<colour>.
const { font, colours } = JSON.parse(await readFile(path.join(root, "frontend", "theme.json"), "utf8"));
const theme = {
  canonicalize: (url) => (url === "theme" ? new URL("app:theme") : null),
  load: () => ({
    syntax: "scss",
    contents: [`$app-font: ${font};`, ...Object.entries(colours).map(([name, value]) => `$app-${name}: ${value};`)].join("\n"),
  }),
};

async function styles(name) {
  const source = path.join(root, "frontend", "scss", `${name}.scss`);
  const { css } = await sass.compileAsync(source, {
    importers: [theme],
    loadPaths: [parts],
    quietDeps: true,
  });
  // esbuild lowers the CSS for browsers people in their seventies still have, and shrinks it.
  const { code } = await esbuild.transform(css, {
    loader: "css",
    minify: true,
    legalComments: "none",
    target: ["chrome90", "firefox90", "safari14"],
  });
  if (/url\(["']?(https?:)?\/\//.test(code)) throw new Error(`${name}.css asks another host for something`);
  await writeFile(path.join(out, `${name}.css`), code);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  styles("site"),
  styles("admin"),
  // The cross that empties a search box.
  copyFile(path.join(parts, "assets", "images", "nhsuk-icon-cross.svg"), path.join(out, "nhsuk-icon-cross.svg")),
  esbuild.build({
    entryPoints: [path.join(root, "frontend", "js", "site.js")],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    legalComments: "none",
    chunkNames: "[name]-[hash]",
    define: { "process.env.NODE_ENV": '"production"' },
    target: "es2020",
    logLevel: "warning",
  }),
]);
