/** The page of one run, as the sidebar shows it: asks nothing while the sidebar can't be seen. */

import * as React from 'react';

import { type IRunViewProps, RunView } from '../run/view';
import type { Attention } from '../state/attention';
import { useObserved } from './observe';

export function RunPage(
  props: IRunViewProps & { attention: Attention }
): React.JSX.Element {
  const { attention, ...view } = props;
  const { visible } = useObserved(attention);
  return <RunView {...view} visible={visible} />;
}
