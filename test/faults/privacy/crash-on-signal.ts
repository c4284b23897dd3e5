/** A preload of processes that are to end by an error in the midst of their work. */
process.on('SIGUSR2', () => {
  throw new Error('asked to crash');
});
