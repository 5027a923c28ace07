/** What the version and the one before it score on the same rows, and how sure the difference is. */

import * as React from 'react';

import type { IScore } from '../registering';
import { Scroll } from './scroll';

export function Scores(props: {
  scores: readonly IScore[];
}): React.JSX.Element {
  return (
    <Scroll name="Scored on the same rows" aside="95 % of the difference">
      <table className="nbtrack-Register-table">
        <thead>
          <tr>
            {['Metric', 'This version', 'Before', 'Difference', 'Interval'].map(
              head => (
                <th key={head} scope="col">
                  {head}
                </th>
              )
            )}
          </tr>
        </thead>
        <tbody>
          {props.scores.map((one, i) => (
            <tr key={i}>
              <th scope="row">{one.metric}</th>
              {[one.candidate, one.champion, one.difference].map(
                (figure, j) => (
                  <td key={j} className="nbtrack-Live-number">
                    {shown(figure)}
                  </td>
                )
              )}
              <td className="nbtrack-Live-number">
                {one.low === null || one.high === null
                  ? ''
                  : `${shown(one.low)} to ${shown(one.high)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function shown(figure: number | null): string {
  return figure === null ? '' : String(Number(figure.toPrecision(4)));
}
