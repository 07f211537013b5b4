/** Every table as TypeORM sees it. */
export const ENTITIES: (new () => object)[] = [];
