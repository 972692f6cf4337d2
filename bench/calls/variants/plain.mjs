/** The calls, and nothing around them. */
export function plain(Workload) {
  const workload = new Workload();
  return { run: (index) => workload.top(index) };
}
