/** A registration: the form, and what becomes of it, in one place. */

import * as React from 'react';

import { findStore } from '../compare/finder';
import type { ICard, IConfirm } from '../registering';
import { asRequestError } from '../request';
import type { StoreName } from '../runs';
import { useObserved } from '../sidebar/observe';
import { Prose } from '../sidebar/parts';
import { Card } from './card';
import { Confirm } from './confirm';
import { Form } from './form';
import type { IRegisterHost } from './host';
import type { Reach, RegisterModel } from './model';
import { Working } from './working';

const TITLE = 'Register a model';
const UNREACHED: Record<Exclude<Reach, 'there'>, string> = {
  none: 'No kernel is connected: start one and execute the cell to use this form.',
  other:
    'The kernel was restarted: execute the cell again to use this form. What was registered stays so.'
};

export function Registration(props: {
  model: RegisterModel;
  host: IRegisterHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { said, asked, silent, reach } = useObserved(model);
  const { state, form, confirm, card, error } = said;
  const node = React.useRef<HTMLDivElement>(null);
  useFocus(node, model, `${state} ${confirm?.alias ?? ''}`);
  const open = state === 'form' || state === 'failed';
  const empty = form !== null && form.models.length === 0;
  return (
    <div ref={node} className="nbtrack-Register-content">
      {state !== 'done' && <h2>{TITLE}</h2>}
      {state !== 'done' &&
        said.notes.map((note, i) => (
          <p key={i} className="nbtrack-Notice" role="note">
            <Prose text={note} />
          </p>
        ))}
      {reach !== 'there' && state !== 'done' && state !== 'working' && (
        <p className="nbtrack-Notice" role="status">
          {UNREACHED[reach]}
        </p>
      )}
      {silent && (
        <p className="nbtrack-Notice" role="alert">
          The kernel has not answered yet. It is busy, or was restarted: then
          execute the cell again. What you typed stays here.
        </p>
      )}
      {state === 'failed' && error && (
        <div className="nbtrack-Failure" role="alert">
          <p className="nbtrack-Failure-message" data-focus="" tabIndex={-1}>
            <Prose text={error.message} />
          </p>
          {error.hint && (
            <p>
              <Prose text={error.hint} />
            </p>
          )}
        </div>
      )}
      {open && form && !empty && (
        <Form
          model={model}
          form={form}
          title={TITLE}
          verb={state === 'failed' ? 'Try again' : 'Register'}
          run={runOf(form, said.store, host)}
        />
      )}
      {state === 'working' && (
        <div data-focus="" tabIndex={-1} role="group" aria-label={TITLE}>
          <Working
            step={said.progress}
            sequence={said.sequence}
            lost={reach !== 'there'}
          />
        </div>
      )}
      {state === 'confirm' && confirm && (
        <Question
          confirm={confirm}
          store={said.store}
          host={host}
          disabled={asked !== null || reach !== 'there'}
          onAnswer={answer => {
            model.ask(answer);
          }}
        />
      )}
      {state === 'done' && card && (
        <Done card={card} store={said.store} host={host} />
      )}
    </div>
  );
}

/** Whoever has asked for it goes on where it has changed; nobody else's focus is taken. */
function useFocus(
  node: React.RefObject<HTMLElement | null>,
  model: RegisterModel,
  state: string
): void {
  const shown = React.useRef(state);
  React.useEffect(() => {
    if (shown.current === state) {
      return;
    }
    shown.current = state;
    const { activeElement: at } = document;
    const here =
      at === null ||
      at === document.body ||
      node.current?.contains(at) === true;
    if (model.involved && here) {
      node.current?.querySelector<HTMLElement>('[data-focus]')?.focus();
    }
  }, [node, model, state]);
}

/** Opens something of the store in the sidebar; says why it can't. */
function useShow(
  store: string,
  host: IRegisterHost
): [problem: string, show: (what: (store: StoreName) => void) => void] {
  const [problem, setProblem] = React.useState('');
  const show = async (what: (store: StoreName) => void) => {
    setProblem('');
    try {
      what(await findStore(host.api, store, host.kernelId()));
    } catch (reason) {
      const { message, hint } = asRequestError(reason);
      setProblem(`${message} ${hint}`.trim());
    }
  };
  return [problem, what => void show(what)];
}

function Question(props: {
  confirm: IConfirm;
  store: string;
  host: IRegisterHost;
  disabled: boolean;
  onAnswer: (answer: 'yes' | 'no') => void;
}): React.JSX.Element {
  const { confirm, store, host, disabled, onAnswer } = props;
  const { open } = host;
  const [problem, show] = useShow(store, host);
  const both = confirm.run_ids;
  return (
    <Confirm
      {...{ confirm, disabled, onAnswer, problem }}
      onCompare={
        open && both.length > 1
          ? () => {
              show(known => {
                open.compare(known, both);
              });
            }
          : null
      }
    />
  );
}

function Done(props: {
  card: ICard;
  store: string;
  host: IRegisterHost;
}): React.JSX.Element {
  const { card, store, host } = props;
  const { open } = host;
  const [problem, show] = useShow(store, host);
  return (
    <Card
      card={card}
      run={runOf(card, store, host)}
      onCopy={host.copy}
      onInsert={host.insert}
      onShow={
        open &&
        (() => {
          show(known => {
            open.model(known, card.name);
          });
        })
      }
      problem={problem}
    />
  );
}

function runOf(
  run: { run_id: string | null; run_name: string | null },
  store: string,
  host: IRegisterHost
): React.ReactNode {
  const name = run.run_name ?? run.run_id?.slice(0, 8) ?? null;
  if (name === null || run.run_id === null || !host.open) {
    return name;
  }
  return <RunLink name={name} runId={run.run_id} store={store} host={host} />;
}

function RunLink(props: {
  name: string;
  runId: string;
  store: string;
  host: IRegisterHost;
}): React.JSX.Element {
  const { name, runId, store, host } = props;
  const [problem, show] = useShow(store, host);
  return (
    <>
      <button
        type="button"
        className="nbtrack-Run-link"
        title="Show the run in the sidebar"
        onClick={() => {
          show(known => {
            host.open?.run(known, runId);
          });
        }}
      >
        {name}
      </button>
      {problem && (
        <span role="alert" className="nbtrack-Register-problem">
          {' '}
          {problem}
        </span>
      )}
    </>
  );
}
