/// What is done about a Failure: policies, as data.
///
/// A [FailurePolicy] has rules, tried in order, of which the first whose [Condition] holds decides; and [Knobs], to
/// which the guest's kernel is set. It decides and does nothing: an engine and the guest's kernel carry the Action out.
///
/// | preset | what it stands for |
/// |---|---|
/// | `own` | what the handler that refused does by itself; for `architectural` that is `propagate` |
/// | `linux-5.19` | a warning, once per statement, at an instruction that `handle_mmio` does not know; the #GP path |
/// | `linux-6.1` | and a panic on a private address, as in mainline since 6.3 |
/// | `linux-6.5` | and the linear address of the trap for the exception table, instead of 0; `oops_limit` |
/// | `linux-6.12` | and a warning at an address outside the kernel half |
/// | `linux-sev` | `vc_handle_mmio`: the guest asks the host to end it; a user process gets SIGBUS |
/// | `bug` | `linux-6.12`, but BUG() wherever an instruction cannot be decoded or is not dealt with |
/// | `paranoid` | `linux-6.12` with `panic_on_warn` |
/// | `recover` | the architectural handler emulates what the chosen handler refuses |
/// | `propagate` | the caller decides |
///
/// The numbers are mainline release tags, to which stable branches have later brought some of the changes.
///
/// A preset with a number is made of a handler's ladder: what that kernel makes of the Failures that the handler of the
/// same name gives, `linux-6.1` of those of `linux-tdx-6.1`; so `linux-sev` of those of `linux-sev`. Handler and policy
/// are chosen apart, and any two go together, but two numbers that differ stand for no kernel that ever was:
/// `linux-tdx-5.19` under `linux-6.12` deals with a private address that a 6.12 kernel panics at, since it is the handler
/// that looks.
///
/// # Where what stands
///
/// [FailurePolicy] decides, and is written as a file by [FailurePolicy#text]; files are read by
/// `org.vemmio.emulator.policy.yaml`, whose description lists every key. A [Rule] is a [Condition] and an
/// [Action][org.vemmio.emulator.outcome.Action]. [CheckPattern] names checks. [MnemonicPattern] is a pattern,
/// `PatternCover` tells which of them leave another one nothing, which is how a rule that never decides is found.
/// `Presets` holds the presets.
///
/// # To add a preset
///
/// 1. `Presets`: a line in `byName`. What a handler does by itself stands in its ladder, not here.
/// 2. A row in the table above and in that of `README.md`.
/// 3. `PresetsTest`: a row in its table, which says what becomes of each kind of trap.
///
/// It is then a name that `--policy`, `extends` in a policy file and `failures` in a scenario take, and that their
/// messages list. `vemmio replay --handler linux-tdx --policy NAME testdata/recordings/linux-6.1-drivers-q35.jsonl.gz`
/// shows what it decides.
///
/// # To add a key to conditions
///
/// 1. [Condition]: a component, empty where it holds for every Failure, and a `with…`; its part of
///    [Condition#holds], [Condition#covers] and [Condition#text].
/// 2. `PolicyReader` in `org.vemmio.emulator.policy.yaml`: the name in `CONDITION_KEYS`, and a line in `condition`; a
///    row in the table of that package's description.
/// 3. `ConditionTest`: rows for when it holds and for what it covers; `PolicyFileTest`: the key in `readsEveryKey`, and
///    a row for each mistake; `PolicyTextTest`: the component in its random conditions, which are written and read
///    back.
///
/// `vemmio replay --handler linux-tdx --policy FILE RECORDING` with a rule that has the key shows it at work.
@NullMarked
package org.vemmio.emulator.policy;

import org.jspecify.annotations.NullMarked;
