/// Replaying recorded traps, and judging what comes out.
///
/// [Replay] has an engine deal with each trap and gives a [ReplayResult]; [ReplaySummary] counts them. The engine is
/// made as told, with bus and kernel of the replay:
///
/// ```java
/// MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"));
/// try (Replay replay = Replay.builder().engine(engine).build()) {
///     ReplayResult result = replay.replay(trap);
/// }
/// ```
///
/// While a `rep` instruction has iterations left, the engine is called again, up to the bound of
/// [org.vemmio.emulator.engine.Completion]; a trap that is not complete then disagrees.
///
/// # Verdicts
///
/// A trap *agrees* if every device access is as recorded, in order, address, size and value, none missing and none
/// more, and everything comes out that the recording tells. Where it does not tell, a trap that fails, or on which a
/// Linux handler finds a fault, is *refused*, as long as the accesses made until then are as recorded. Everything else
/// *disagrees*, and each [Difference] says in what.
///
/// What a line lists as `assumed` is not compared where it is the `gpa` or `value` of an access, as `mmio[0].value`, or
/// x87 state, as `x87` or `x87.sw`. [ReplaySummary#assumed] tells how many traps rest on which inventions.
///
/// A `failure` that is expected agrees with a Failure of that error number and check; what the policy makes of it
/// counts only where the recording tells the `end`. Where a policy hands the trap to another handler, it is that
/// handler's outcome that must be an expected `emulated` or `exception`. An expected `EIO` is a host that refuses: in
/// the replay, the first access behind those recorded. `linux` is compared where the handler goes by Linux's decoder.
///
/// `Judge` compares the outcome, `StateComparison` registers, memory and device, `ReplayBus` the accesses while they
/// are made.
@NullMarked
package org.vemmio.emulator.recording.replay;

import org.jspecify.annotations.NullMarked;
