// How the page is built, into dist/web. While it is worked on, scripts/dev.mjs serves it.
import { defineConfig } from 'vite';

export default defineConfig({
  // Everything is asked for beside the page, so that it may also be served below a path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The page's content security policy takes nothing but files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
