import type { Job, Queue, Worker, WorkerOptions } from 'bullmq';

/** A queue, whatever server it lies on. */
export interface JobQueue extends Pick<Queue<unknown>, 'addBulk' | 'close' | 'getJobCounts' | 'waitUntilReady'> {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A worker, whatever server its queue lies on. */
export interface QueueWorker extends Pick<Worker<unknown>, 'close' | 'disconnect' | 'run'> {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type JobProcessor = (job: Job<unknown>, token?: string) => Promise<void>;

/** Options of a worker, but for its connection. */
export type QueueWorkerOptions = Omit<WorkerOptions, 'connection'>;

/** One process' connection to the server of its queue: shared by its BullMQ queues and workers, closed after them. */
export interface QueueConnection {
  /** A queue whose commands fail at once while the server is away. */
  queue(name: string): JobQueue;

  /** A worker that waits for the server to come back. */
  worker(name: string, process: JobProcessor, options: QueueWorkerOptions): QueueWorker;

  /** @throws when the server does not answer */
  ping(): Promise<void>;

  /** Ends soon, whether or not the server still answers. */
  close(): Promise<void>;
}
