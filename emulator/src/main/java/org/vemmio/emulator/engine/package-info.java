/// The engine: what becomes of an instruction that touched a device and trapped.
///
/// ```java
/// DeviceMap bus = DeviceMap.builder().add(0xfe00_0000L, 0x1000, device).build();
/// try (MmioEngine engine = MmioEngine.builder().handler(TrapHandlers.named("linux-tdx"))
///         .policy(FailurePolicy.preset("linux-6.12")).bus(bus).build()) {
///     switch (engine.handle(Trap.at(gla, gpa), cpu, memory)) {
///         case Outcome.Emulated emulated when !emulated.complete() -> …   // call again: a rep instruction goes on
///         case Outcome.Emulated emulated -> …                             // registers are written, RIP has moved on
///         case Outcome.Exception exception -> …                           // inject it
///         case Outcome outcome -> …                                       // it failed: what the policy made of it
///     }
/// }
/// ```
///
/// # Five stages
///
/// | stage | what it does | where |
/// |---|---|---|
/// | fetch | asks [org.vemmio.emulator.handler.TrapHandler#refusesTrap]; copies up to 15 bytes at CS:RIP | `HandlerRun` |
/// | decode | Zydis, for the code size that the handler decodes for; left out for bytes seen before | [org.vemmio.decoder.Decoder] |
/// | admit | the handler's answer to the bytes, from the cache if they were seen before | [org.vemmio.emulator.handler], `AdmissionCache` |
/// | execute | operands are checked, devices and memory accessed, registers staged | [org.vemmio.emulator.operation] |
/// | commit | registers, flags and RIP, together | [org.vemmio.emulator.operation.Execution] |
///
/// A stage that cannot go on gives a [org.vemmio.emulator.outcome.Failure]. The engine has the
/// [org.vemmio.emulator.policy.FailurePolicy] decide, then either recovers, by another handler or as if no device were
/// there, or has the [org.vemmio.emulator.kernel.GuestKernel] follow the path of BUG, WARN or #GP. A kernel that has
/// stopped recovers nothing. Where a second handler fails too, the caller gets both Failures, one in the other.
///
/// # What a caller must supply
///
/// - a [org.vemmio.emulator.device.MmioBus], or devices in a [org.vemmio.emulator.device.DeviceMap]
/// - for each call the [org.vemmio.emulator.cpu.Trap] that the processor reported, the [org.vemmio.emulator.cpu.Cpu] as
///   it was at the instruction, and its [org.vemmio.emulator.memory.LinearMemory], in which fetch and translation must
///   agree with the paging of that moment
/// - injecting what an [org.vemmio.emulator.outcome.Outcome.Exception] or an
///   [org.vemmio.emulator.outcome.Outcome.Injected] tells; calling again where a `rep` instruction
///   is not complete; not letting a guest trap whose kernel [has
///   stopped][org.vemmio.emulator.kernel.GuestKernel#hasStopped]
///
/// Whatever a bus, a memory or a Cpu throws, apart from a device's refusal, comes out of [MmioEngine#handle] with the
/// registers as they were. What the engine calls must not call it: that is an IllegalStateException.
///
/// # Threads, cache, cost
///
/// One engine per virtual processor: engine, Cpu, memory and observer are for the thread that built the engine, which
/// every call checks. Handler, policy and guest kernel may be shared, and so may a bus that is safe for several
/// threads, as DeviceMap is. There is no state between traps but the cache and the guest kernel's.
///
/// The cache keeps what a handler answered to the bytes, 4096 answers for each handler unless told, by mode, bytes and
/// their number; it gives up the oldest of four. It needs no flushing, since bytes that have changed are other bytes. A
/// trap whose instruction was seen before makes no native call and allocates nothing, as long as it is emulated.
///
/// # How to add an option
///
/// An option goes down the same way whatever it is; `splitting` and `repeatBound` are the examples.
///
/// 1. a component of `EngineOptions`, with its range checked there, and `forNobody` deciding about it
/// 2. a method of [MmioEngine.Builder], whose Javadoc tells the default and the range
/// 3. `HandlerRun` hands it to the stage that wants it, mostly the constructor of
///    [org.vemmio.emulator.operation.Execution]
/// 4. a replay takes the engine's builder; for the command line an option in `ReplayCommand` that calls the method. A
///    command of its own is a class in `cli`, named in `Main`, that builds
///    its engine or asks the [org.vemmio.emulator.survey], and prints
/// 5. a test in `MmioEngineTest` that fails without it, and a word in the README if a command shows it
@NullMarked
package org.vemmio.emulator.engine;

import org.jspecify.annotations.NullMarked;
