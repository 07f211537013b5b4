// What `@Type()`, `@Transform()` and the like have noted. class-transformer has types for it, but not beside it.
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
