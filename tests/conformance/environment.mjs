// The environment in which a test runs a program: all that it may know of the machine, and the same on each.

/** The search path, `home` as its home, text in UTF-8 and universal time, and what the test adds in `more`. */
export const environment = (home, more = {}) => ({
  PATH: process.env.PATH,
  HOME: home,
  SystemRoot: process.env.SystemRoot,
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  ...more,
});
