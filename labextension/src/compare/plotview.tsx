/** A chart of a comparison in the page: its picture, a table of what it draws, and ways to keep both. */

import * as React from 'react';

import { followTheme, readTheme, type ITheme } from '../live/theme';
import type { Template } from '../live/types';
import type { Value } from '../runs';
import { Button } from '../sidebar/parts';
import { asCsv } from './csv';
import { download, fileName } from './download';
import { type Brush, type IPlot, PlotMaker, type Rows } from './plot';

/** What a chart shows, as a table. */
export interface ITableView {
  heads: readonly string[];
  rows: readonly (readonly (Value | null)[])[];
}

/** Lines of the table; the file has all of them. */
const MOST_ROWS = 500;

export function Plot(props: {
  title: string;
  /** What there is to see, for those who don't. */
  label: string;
  template: Template;
  /** Fits the template to what is drawn; made by `useCallback`. */
  spec: (template: Template, theme: ITheme) => Template;
  data: Readonly<Record<string, Rows>>;
  height: number;
  table: () => ITableView;
  onBrush?: (brush: Brush | null) => void;
  /** Is the brush, if there is one, what is selected? */
  brushed?: boolean;
  /** Takes all the room across. */
  wide?: boolean;
  /** Said below the picture. */
  note?: string;
  /** Laid over the picture. */
  over?: (plot: IPlot | null, drawn: number) => React.ReactNode;
}): React.JSX.Element {
  const { title, label, template, spec, data, height, table } = props;
  const { onBrush, over, note } = props;
  const make = React.useContext(PlotMaker);
  const node = React.useRef<HTMLDivElement>(null);
  const [plot, setPlot] = React.useState<IPlot | null>(null);
  const [drawn, setDrawn] = React.useState(0);
  const theme = React.useSyncExternalStore(followTheme, themeText);
  const hasBrush = React.useRef(false);
  const told = React.useRef(onBrush);
  React.useEffect(() => {
    told.current = onBrush;
  });
  const canBrush = onBrush !== undefined;
  React.useEffect(() => {
    if (!node.current) {
      return;
    }
    const made = make(node.current, {
      ...(canBrush && {
        onBrush: brush => {
          // A new chart says that nothing is brushed: what was selected otherwise stays.
          if (brush !== null || hasBrush.current) {
            hasBrush.current = brush !== null;
            told.current?.(brush);
          }
        }
      }),
      onDrawn: () => {
        setDrawn(count => count + 1);
      }
    });
    setPlot(made);
    return () => {
      setPlot(null);
      made.dispose();
    };
    // With another theme Lab hides its page for a moment: a new chart measures itself again.
  }, [make, theme, canBrush]);
  React.useEffect(() => {
    const read = JSON.parse(theme) as ITheme;
    plot?.draw({ spec: spec(template, read), data, height });
  }, [plot, template, spec, data, height, theme]);
  const brushed = props.brushed ?? true;
  React.useEffect(() => {
    if (!brushed && hasBrush.current) {
      hasBrush.current = false;
      plot?.unbrush();
    }
  }, [plot, brushed]);
  return (
    <figure
      className={`nbtrack-Compare-plot${props.wide ? ' nbtrack-mod-wide' : ''}`}
    >
      <figcaption className="nbtrack-Live-heading">{title}</figcaption>
      <div className="nbtrack-Compare-picture">
        <div
          ref={node}
          className="nbtrack-Live-chart"
          role="img"
          aria-label={label}
          style={{ minHeight: height }}
        />
        {over?.(plot, drawn)}
      </div>
      {note && <p className="nbtrack-Quiet">{note}</p>}
      <Below title={title} plot={plot} table={table} />
    </figure>
  );
}

function Below(props: {
  title: string;
  plot: IPlot | null;
  table: () => ITableView;
}): React.JSX.Element {
  const { title, plot, table } = props;
  const [open, setOpen] = React.useState(false);
  const [failed, setFailed] = React.useState(false);
  const keep = (kind: 'svg' | 'png') => {
    plot?.image(kind).then(
      image => {
        const type = kind === 'svg' ? 'image/svg+xml' : 'image/png';
        const content = kind === 'svg' ? image : bytesOf(image);
        download(fileName(title, kind), content, type);
        setFailed(false);
      },
      () => {
        setFailed(true);
      }
    );
  };
  return (
    <details
      className="nbtrack-Run-fold"
      onToggle={event => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary aria-label={`Table and files of ${title}`}>
        Table and files
      </summary>
      {open && (
        <>
          <span className="nbtrack-Run-buttons">
            <Button
              label="CSV"
              title={`Download the table of ${title}`}
              onClick={() => {
                const { heads, rows } = table();
                const text = asCsv([heads, ...rows]);
                download(fileName(title, 'csv'), text, 'text/csv');
              }}
            />
            <Button
              label="PNG"
              title={`Download the picture of ${title}`}
              onClick={() => {
                keep('png');
              }}
            />
            <Button
              label="SVG"
              title={`Download the drawing of ${title}`}
              onClick={() => {
                keep('svg');
              }}
            />
          </span>
          {failed && (
            <p role="alert">
              The picture could not be made. The browser’s console says more.
            </p>
          )}
          <TableOf view={table()} title={title} />
        </>
      )}
    </details>
  );
}

function TableOf(props: {
  view: ITableView;
  title: string;
}): React.JSX.Element {
  const { view, title } = props;
  const { heads, rows } = view;
  return (
    <div
      className="nbtrack-Run-scroll nbtrack-Compare-values"
      role="group"
      aria-label={`Table of ${title}`}
      tabIndex={0}
    >
      <table className="nbtrack-Run-table">
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={i} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) =>
                j === 0 ? (
                  <th key={j} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={j}>
                    {cell ?? <span className="nbtrack-Quiet">none</span>}
                  </td>
                )
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p className="nbtrack-Quiet">
          {rows.length - MOST_ROWS} more lines: the CSV has all of them.
        </p>
      )}
    </div>
  );
}

/** React compares by identity, so a theme becomes text. */
function themeText(): string {
  return JSON.stringify(readTheme());
}

/** The bytes of a data address. */
function bytesOf(address: string): Uint8Array<ArrayBuffer> {
  const letters = atob(address.slice(address.indexOf(',') + 1));
  return Uint8Array.from(letters, letter => letter.charCodeAt(0));
}
