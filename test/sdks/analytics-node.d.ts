/** The part of the older SDK that the tests use; it comes without types. */
declare module 'analytics-node' {
  type Message = Readonly<Record<string, unknown>>;
  type Done = (failure?: Error) => void;

  export default class Analytics {
    constructor(
      writeKey: string,
      options: {
        readonly host: string;
        readonly flushAt?: number;
        readonly errorHandler?: (failure: Error) => void;
      },
    );
    identify(message: Message, done: Done): this;
    page(message: Message, done: Done): this;
    track(message: Message, done: Done): this;
  }
}
