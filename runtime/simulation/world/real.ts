// What the platform had before anything of it was replaced. Loaded first.

export const realSetImmediate = setImmediate
