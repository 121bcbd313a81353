/** A function of an object (a zone, a look) that does its work once for each: for what several findings would work out anew. */
export function oncePer<Subject extends object, Result>(
  work: (subject: Subject) => Result,
): (subject: Subject) => Result {
  const known = new WeakMap<Subject, { readonly result: Result }>();
  return (subject) => {
    let done = known.get(subject);
    if (done === undefined) {
      done = { result: work(subject) };
      known.set(subject, done);
    }
    return done.result;
  };
}
