/** A function that does its work once for each object. */
export interface OncePer<Subject extends object, Result> {
  (subject: Subject): Result;
  /** Takes it as done for an object, where the result is known to be the same as for another one. */
  know(subject: Subject, result: Result): void;
}

/** A function of an object (a zone, a look) that does its work once for each: for what several findings would work out anew. */
export function oncePer<Subject extends object, Result>(work: (subject: Subject) => Result): OncePer<Subject, Result> {
  const known = new WeakMap<Subject, { readonly result: Result }>();
  const once = (subject: Subject): Result => {
    let done = known.get(subject);
    if (done === undefined) {
      done = { result: work(subject) };
      known.set(subject, done);
    }
    return done.result;
  };
  return Object.assign(once, {
    know(subject: Subject, result: Result) {
      known.set(subject, { result });
    },
  });
}
