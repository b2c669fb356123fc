import {defineConfig} from 'vite';
import {mockBalancer} from './dev/mock_balancer';

// The balancer has exactly three files in it, so their names are fixed, and nothing is inline: its
// Content-Security-Policy would refuse that.
export default defineConfig({
  plugins: [mockBalancer()],
  build: {
    target: 'es2022',
    modulePreload: {polyfill: false},
    rollupOptions: {
      output: {entryFileNames: 'app.js', assetFileNames: 'app[extname]', inlineDynamicImports: true},
    },
  },
});
