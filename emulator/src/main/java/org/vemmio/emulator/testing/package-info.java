/// A kit for unit tests of handlers and policies, with JUnit 5 and AssertJ.
///
/// - [RecordedTraps] gives a parameterised test the traps of a recording;
///   [org.vemmio.emulator.recording.replay.Replay] runs one.
/// - [HandmadeTrap] is a trap written by hand, and runs itself, once or until no iterations are left; what came of it
///   is a [TrapRun]. [HandmadeTrap#javaOf] writes a recorded trap as one, as `vemmio show --as java` does;
///   [TrapRun#toRecordedTrap] goes the other way.
/// - [VemmioAssertions] is where assertions begin: about an Outcome, a [TrapRun], a ReplayResult, a Failure, a Hazard,
///   device accesses, [RegisterChanges], a guest's kernel.
///
/// ```java
/// @ParameterizedTest
/// @RecordedTraps(value = "linux-6.1-drivers-q35", device = "vga-lowmem", mode = 64, onePerInstruction = true)
/// void theConsoleGoesOn(RecordedTrap trap) {
///     assertThat(replay.replay(trap)).isRecoveredBy("architectural").agrees();
/// }
///
/// @Test
/// void aLoadWorks() {
///     TrapRun run = HandmadeTrap.of("8b 07").with("rdi", DEVICE).answers(0x1234).run("linux-tdx", "linux-6.12");
///     assertThat(run).isEmulated().changedOnly("rax").hasRegister("rax", 0x1234);
/// }
/// ```
///
/// The message of an assertion that fails shows the instruction, what became of it, the rule that decided, and the
/// registers before and after as far as they are known:
///
/// ```
/// expected: recovered
/// but was:  the #GP path, without a warning, then an oops: Oops: VE fault: 0000 [#1] PREEMPT SMP NOPTI
///   instruction: f3 48 a5  rep movsq
///   failure:     string-move (a string move), -EINVAL, from linux-tdx-6.12
///   decided by:  rule 4 of linux-6.12: {when: any, then: general-protection}
///   registers:   rip 0xffffffff81000000
///                rcx 0x4
/// ```
///
/// The module of the tests requires `org.junit.jupiter.params` and `org.assertj.core`, which this module leaves to it:
/// users of the other packages need neither.
@NullMarked
package org.vemmio.emulator.testing;

import org.jspecify.annotations.NullMarked;
