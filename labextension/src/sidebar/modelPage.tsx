/** The page of one registered model, as the sidebar shows it: asks nothing while the sidebar can't be seen. */

import * as React from 'react';

import { type IModelViewProps, ModelView } from '../registry/view';
import type { Attention } from '../state/attention';
import { useObserved } from './observe';

export function ModelPage(
  props: IModelViewProps & { attention: Attention }
): React.JSX.Element {
  const { attention, ...view } = props;
  const { visible } = useObserved(attention);
  return <ModelView {...view} visible={visible} />;
}
