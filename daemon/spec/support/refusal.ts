/** The error of a kind with which a promise is rejected; throws when it is not, or with another. */
export async function refusal<Kind extends Error>(
  kind: abstract new (...values: never[]) => Kind,
  answer: Promise<unknown>,
): Promise<Kind> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof kind) {
      return error;
    }
    throw error;
  }
  throw new Error('was not refused');
}
