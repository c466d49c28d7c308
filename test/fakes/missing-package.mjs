// Preloaded into the program: makes one package look as if it was not installed.
import { register } from 'node:module';

const missing = process.env.MISSING_PACKAGE;
register(
  `data:text/javascript,${encodeURIComponent(`
    export async function resolve(name, context, next) {
      if (name !== ${JSON.stringify(missing)}) return next(name, context);
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    }`)}`,
);
