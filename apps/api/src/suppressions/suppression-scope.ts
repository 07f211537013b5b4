import type { NewSuppression } from '@outbell/persistence/repositories/suppression.repository.js';
import { InputError } from '@outbell/shared/errors.js';
import type { CreateSuppressionDto } from './suppression-requests.dto.js';

/**
 * What was asked for; neither, where the reason decides. @throws {InputError} for a topic that the scope does not go
 * with
 */
export function scopeOf({
  scope,
  topic,
}: Pick<CreateSuppressionDto, 'scope' | 'topic'>): Pick<NewSuppression, 'scope' | 'topic'> {
  if (topic === undefined && scope === 'topic')
    throw InputError.forField('topic', 'is needed for the scope topic', 400, 'required');
  if (topic === undefined) return { scope };
  if ((scope ?? 'topic') !== 'topic')
    throw InputError.forField('topic', 'goes with the scope topic only; leave one of the two out', 400, 'not_allowed');
  return { scope: 'topic', topic };
}
