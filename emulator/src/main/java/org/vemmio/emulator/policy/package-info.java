/// What is done about a Failure: policies, as data.
///
/// A [FailurePolicy] has rules, tried in order, of which the first whose [Condition] holds decides; and [Knobs], to
/// which the guest's kernel is set. It decides and does nothing: an engine and the guest's kernel carry the Action out.
///
/// | preset | what it stands for |
/// |---|---|
/// | `linux-5.19` | a warning, once per statement, at an instruction that `handle_mmio` does not know; the #GP path |
/// | `linux-6.1` | and a panic on a private address |
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
/// A preset is what a kernel makes of the Failures that the handler of the same name gives: `linux-6.1` of those of
/// `linux-tdx-6.1`, `linux-sev` of those of `linux-sev`. Handler and policy are chosen apart, and any two go together,
/// but two numbers that differ stand for no kernel that ever was: `linux-tdx-5.19` under `linux-6.12` deals with a
/// private address that a 6.12 kernel panics at, since it is the handler that looks.
@NullMarked
package org.vemmio.emulator.policy;

import org.jspecify.annotations.NullMarked;
