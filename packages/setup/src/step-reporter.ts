/** How set-up tells what it is doing. The command line draws it; set-up knows no terminal. */

export interface Step {
  /** Replaces the step's detail while it runs. */
  progress(text: string): void;
  done(detail?: string): void;
  failed(detail?: string): void;
}

export interface StepReporter {
  begin(title: string): Step;
}

/** Runs one step and reports its end, whatever it is. */
export async function runStep<Result>(
  reporter: StepReporter,
  title: string,
  work: (step: Step) => Promise<Result>,
): Promise<Result> {
  const step = reporter.begin(title);
  try {
    const result = await work(step);
    step.done();
    return result;
  } catch (error) {
    step.failed();
    throw error;
  }
}
