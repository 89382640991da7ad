import { errorName } from '../../lambdas/errorName.ts';
import { OperationsError } from '../error.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import { askedIn, type Revealed } from './asked.ts';
import { jsonOf } from './body.ts';
import { createCalls, type CallName } from './calls.ts';
import type { Page } from './page.ts';
import { errorReply, jsonReply, type Reply } from './reply.ts';
import type { Caller } from './caller.ts';
import { isAction, mayCall } from './roles.ts';
import { Sight, type PersonalData } from './sight.ts';
import { SignedOut } from './signedOut.ts';

/** A request for the console, however it came. */
interface Question {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  /** The body's text. */
  readonly body: () => Promise<string>;
  /** Who asks. Rejects with SignedOut, or an OperationsError `denied`. */
  readonly caller: () => Promise<Caller>;
}

/** What somebody did, for the log: no e-mail, no content. */
export interface Action {
  readonly call: CallName;
  readonly user: string;
  readonly outcome: 'done' | 'failed';
  /** Dead letters that it was for. */
  readonly count?: number;
  /** Of the event that was sent for it. */
  readonly messageId?: string;
  /** What was revealed: an event by its short hash, a person by a hashed id, as the delivery log has them. */
  readonly of?: Revealed;
}

interface AnswerParts {
  readonly operations: Operations;
  readonly info: Info;
  readonly page: Page;
  /** What viewers see of people; absent: everything. */
  readonly personalData?: PersonalData;
  /** Gets every action of a signed-in user. */
  readonly log?: (action: Action) => void;
}

export const root = '/console';
const api = `${root}/api/`;

const problem = (
  status: number,
  code: OperationsError['code'],
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => jsonReply(status, { code, message }, headers);

export const replyTo = (error: unknown): Reply => {
  if (error instanceof OperationsError) return errorReply(error);
  if (error instanceof SignedOut)
    return jsonReply(
      401,
      { code: 'signed-out', message: error.message },
      { 'www-authenticate': 'Bearer' },
    );
  // The text of an error that nobody foresaw may hold what was asked for.
  return problem(500, 'unusable', `this failed for a reason nobody foresaw (${errorName(error)})`);
};

const countIn = (answer: unknown): Pick<Action, 'count' | 'messageId'> => {
  const { outcomes, messageId } = answer as {
    readonly outcomes?: readonly unknown[];
    readonly messageId?: string;
  };
  return {
    ...(outcomes && { count: outcomes.length }),
    ...(messageId !== undefined && { messageId }),
  };
};

/** What a reveal is about; nothing where the request is wrong. */
const revealedIn = (body: unknown): Pick<Action, 'of'> => {
  try {
    return { of: askedIn('reveal', body) };
  } catch {
    return {};
  }
};

/**
 * The console's answers: its page at `/console`, and its API, `POST /console/api/<call>` with JSON
 * either way. Errors are `{code, message}`. It keeps no state, starts nothing by itself and never rejects.
 */
export const createAnswers = ({
  operations,
  info,
  page,
  personalData = 'shown',
  log,
}: AnswerParts) => {
  const calls = createCalls(operations, info, new Sight(personalData));
  const isCall = (name: string): name is CallName => Object.hasOwn(calls, name);

  const logged = async (
    call: CallName,
    { user }: Caller,
    body: unknown,
    run: () => Promise<unknown>,
  ): Promise<unknown> => {
    if (user === undefined || !isAction(call)) return run();
    const of = call === 'reveal' ? revealedIn(body) : {};
    try {
      const answer = await run();
      log?.({ call, user, outcome: 'done', ...(call === 'reveal' ? of : countIn(answer)) });
      return answer;
    } catch (error) {
      log?.({ call, user, outcome: 'failed', ...of });
      throw error;
    }
  };

  const answerCall = async (name: string, question: Question): Promise<Reply> => {
    const caller = await question.caller();
    if (!isCall(name)) {
      const known = Object.keys(calls).join(', ');
      return problem(404, 'unusable', `the console has no such call; it has ${known}`);
    }
    if (question.method !== 'POST') {
      return problem(405, 'bad-input', 'calls are made with POST', { allow: 'POST' });
    }
    if (!mayCall(caller.role, name))
      throw new OperationsError(
        'denied',
        'you may look, but not do this: ask for a place in the group of operators',
      );
    const body = jsonOf(await question.body(), question.contentType);
    return jsonReply(200, await logged(name, caller, body, () => calls[name](body, caller)));
  };

  const answerPage = async (path: string, method: string): Promise<Reply> => {
    if (method !== 'GET' && method !== 'HEAD') {
      return problem(405, 'bad-input', 'the page is read with GET', { allow: 'GET, HEAD' });
    }
    return (await page(path)) ?? problem(404, 'not-found', 'the console has no such page');
  };

  return (question: Question): Promise<Reply> =>
    (question.path.startsWith(api)
      ? answerCall(question.path.slice(api.length), question)
      : answerPage(question.path, question.method)
    ).catch(replyTo);
};
