import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STORIES, storyOf } from '../../../services/core/explain/stories.ts';
import { FEATURE_NAMES } from '../../../services/core/features/registry.ts';

test('each feature belongs to one story, and no story speaks of a feature that is none', () => {
  const told = STORIES.flatMap(({ features }) => features);
  assert.deepEqual(told.toSorted(), FEATURE_NAMES.toSorted());
});

test('a feature is found in the story that lists it', () => {
  for (const { story, features } of STORIES) {
    for (const feature of features) assert.equal(storyOf(feature), story);
  }
  assert.throws(() => storyOf('shoe_size'), /shoe_size belongs to no story/);
});
