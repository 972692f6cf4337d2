export const t: number = 1;
