import { InjectDataSource } from '@nestjs/typeorm';

/** The name of the DataSource whose connections run the engine's statements; all others run on the default one. */
export const ENGINE = 'engine';

/** Injects the engine's DataSource. */
export const InjectEngine = () => InjectDataSource(ENGINE);
