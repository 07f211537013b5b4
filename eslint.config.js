import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', '**/*.contract.ts', 'test/**', 'bench/**', 'prove/**'];
const FROM_CONFIG =
  'Settings come from the injected Config; libs/shared/src/config is the only reader of the environment.';
const SEEN_BY_RULES = 'Name what is loaded as a literal: .dependency-cruiser.cjs must see it.';

/**
 * What CONTRIBUTING promises of every product file, beside the imports that .dependency-cruiser.cjs watches.
 * @type {Record<string, import('eslint').Linter.RuleEntry>}
 */
const PROMISES = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: FROM_CONFIG },
    ...['globalThis', 'global'].map((object) => ({ object, property: 'process', message: FROM_CONFIG })),
  ],
  'no-restricted-imports': [
    'error',
    ...['node:process', 'process'].map((name) => ({ name, message: FROM_CONFIG })),
    ...['node:module', 'module'].map((name) => ({ name, importNames: ['createRequire'], message: SEEN_BY_RULES })),
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "ImportExpression:not([source.type='Literal'])", message: SEEN_BY_RULES },
    { selector: "VariableDeclarator[init.name='process'][id.type='Identifier']", message: FROM_CONFIG },
  ],
};
/** @type {Record<string, 'off'>} */
const ANYWHERE = Object.fromEntries(Object.keys(PROMISES).map((rule) => [rule, 'off']));

export default tseslint.config(
  { ignores: ['dist/', '.outbell/', 'coverage/', 'node_modules/', '**/*.generated.ts'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs', '.dependency-cruiser.cjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // The house's measures (docs/architecture.md, "Style").
      'max-lines': ['error', { max: 300 }],
      'max-len': ['error', { code: 120 }],
      'max-lines-per-function': ['error', { max: 40 }],
      '@typescript-eslint/max-params': ['error', { max: 6 }],
      ...PROMISES,
      eqeqeq: 'error',
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      // Numbers in texts are meant; objects are not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Nest modules, decorators with parameters and static factories are classes without members.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/parameter-properties': 'off',
      // `await` in a method of a Promise interface documents itself; an async method without one is no bug.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A type parameter used once still names what the caller gets (`open<T>`).
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // TypeORM hands out rows as entities, Nest takes literals as options: their types are shapes here, not
      // constructors.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `CustomDecorator<void>` and the like are Nest's own types.
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
    },
  },
  {
    // A Nest class may be handed what it needs, however many that is.
    files: ['**/*.service.ts', '**/*.module.ts'],
    rules: { '@typescript-eslint/max-params': 'off' },
  },
  {
    files: ['libs/shared/src/config/**', '**/testing/**'],
    rules: ANYWHERE,
  },
  {
    files: [...SPECS],
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      'no-console': 'off',
      ...ANYWHERE,
      // Answers of supertest and raw rows are `any`; a wrong guess fails the test.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Scripts that run before anything is installed: plain JavaScript, checked by tsc (checkJs).
    files: ['**/*.mjs', '**/*.js', '**/*.cjs', 'tools/**', '*.config.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-console': 'off', ...ANYWHERE, 'no-undef': 'off' },
  },
);
