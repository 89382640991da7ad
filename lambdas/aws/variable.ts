/** An environment variable that the stack sets for this function. Throws where it is missing. */
export const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`The environment variable ${name} is not set; the stack must set it.`);
  }
  return value;
};
