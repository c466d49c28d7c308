// How the page is built (into dist/web) and how it is served while it is worked on.
import { defineConfig } from 'vite';

const API = 'http://127.0.0.1:8000';
const API_PATHS =
  '^/(upload|validate|status|requests|deliveries|webhook|files|docs|openapi\\.json|(output|input|report|failed)_csv)';

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
  server: { proxy: { [API_PATHS]: { target: API, changeOrigin: false } } },
});
