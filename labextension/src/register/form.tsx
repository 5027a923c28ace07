/** The form: which model, under what name, with which aliases. Nothing is sent that can't be right. */

import * as React from 'react';

import { type IForm, keyOf } from '../registering';
import { useObserved } from '../sidebar/observe';
import { Aliases } from './aliases';
import { areFine, problems } from './checks';
import { Field } from './field';
import { Details } from './found';
import type { RegisterModel } from './model';
import { Name } from './name';
import { Tags } from './tags';

type Box = 'model' | 'name' | 'aliases' | 'tags';

export function Form(props: {
  model: RegisterModel;
  form: IForm;
  /** Links to the run; `null`: there is none to show. */
  run: React.ReactNode;
  title: string;
  /** What the button says. */
  verb: string;
}): React.JSX.Element {
  const { model, form } = props;
  const { values, asked, reach } = useObserved(model);
  const node = React.useRef<HTMLFormElement>(null);
  // What is half typed is not wrong yet: a problem is told once its box was left, or all were to be sent.
  const [left, setLeft] = React.useState<ReadonlySet<Box>>(new Set());
  const keys = form.models.map(keyOf);
  const found = problems(values, form.models, keys);
  const told = <T,>(box: Box, problem: T): T | undefined =>
    left.has(box) ? problem : undefined;
  const leave = (box: Box) => {
    setLeft(new Set([...left, box]));
  };
  const chosen =
    form.models[Math.max(0, keys.indexOf(values.model ?? ''))] ?? null;
  const off = reach !== 'there';
  // What was refused is where one goes on, once React has marked it.
  const [refused, setRefused] = React.useState<object | null>(null);
  React.useEffect(() => {
    if (refused) {
      node.current
        ?.querySelector<HTMLElement>('[aria-invalid="true"]')
        ?.focus();
    }
  }, [refused]);
  const submit = () => {
    setLeft(new Set(['model', 'name', 'aliases', 'tags']));
    if (areFine(found)) {
      model.ask('register');
    } else {
      setRefused({});
    }
  };
  return (
    <form
      ref={node}
      className="nbtrack-Register-form"
      aria-label={props.title}
      aria-busy={asked !== null}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          // Not the notebook's «execute this cell».
          event.preventDefault();
          event.stopPropagation();
          submit();
        }
      }}
    >
      <fieldset className="nbtrack-Register-all" disabled={off}>
        <div className="nbtrack-Register-columns">
          <div>
            {props.run !== null && (
              <p className="nbtrack-Register-run">Run {props.run}</p>
            )}
            <Field
              label="Model"
              problem={told('model', found.model)}
              {...(form.models.length > 1 && {
                hint: `One of the ${form.models.length} of this run.`
              })}
            >
              {ties => (
                <select
                  {...ties}
                  className="nbtrack-Register-box"
                  value={values.model ?? keys[0] ?? ''}
                  onChange={event => {
                    model.type({ model: event.target.value });
                  }}
                >
                  {form.models.map((one, i) => (
                    <option key={i} value={keys[i]}>
                      {one.in_memory ? `${one.name} (in memory)` : one.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Name
              value={values.name}
              names={form.names}
              problem={told('name', found.name)}
              onChange={name => {
                model.type({ name });
              }}
              onLeave={() => {
                // An empty box that was only passed by is told of when it is sent.
                if (values.name.trim() !== '') {
                  leave('name');
                }
              }}
            />
            <Aliases
              value={values.aliases}
              problem={told('aliases', found.aliases)}
              onChange={aliases => {
                model.type({ aliases });
              }}
              onLeave={() => {
                leave('aliases');
              }}
            />
            <Field
              label="Description"
              problem={null}
              hint="Of this version, in Markdown."
            >
              {ties => (
                <textarea
                  {...ties}
                  className="nbtrack-Register-box"
                  rows={2}
                  value={values.description}
                  onChange={event => {
                    model.type({ description: event.target.value });
                  }}
                />
              )}
            </Field>
            <Tags
              tags={values.tags}
              problems={left.has('tags') ? found.tags : NONE}
              disabled={off}
              onChange={tags => {
                model.type({ tags });
              }}
            />
          </div>
          {chosen && <Details found={chosen} />}
        </div>
        <button
          type="submit"
          className="nbtrack-Button nbtrack-mod-main jp-mod-styled"
          aria-disabled={asked !== null}
        >
          {asked === 'register' ? 'Sending…' : props.verb}
        </button>
      </fieldset>
    </form>
  );
}

const NONE: ReadonlyMap<number, string> = new Map();
