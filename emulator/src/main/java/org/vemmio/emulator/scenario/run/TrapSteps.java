package org.vemmio.emulator.scenario.run;

import java.util.HexFormat;
import java.util.List;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.linux.LinuxTdxHandler;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.kernel.LogEntry;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.Witness;

/// Recorded traps through the engine, with the handler of the policy's kernel, each in another task of one guest.
///
/// The device is memory: what it answers does not matter here, how many accesses reach it does.
final class TrapSteps {
    private static final int DEVICE_SIZE = 1 << 20;

    private final ScenarioState state;
    private final GuestKernel kernel = GuestKernel.create();
    private int made;
    private int logged;

    TrapSteps(ScenarioState state) {
        this.state = state;
    }

    void run(List<RecordedTrap> traps) {
        DeviceMap bus = DeviceMap.builder().add(0, DEVICE_SIZE, MemoryDevice.of(new byte[DEVICE_SIZE])).build();
        try (MmioEngine engine = MmioEngine.builder().handler(LinuxTdxHandler.of(state.policy.kernel()))
                .policy(state.policy.failurePolicy()).kernel(kernel).bus(bus).describing(true)
                .observer((write, gpa, bytes, offset, size) -> made++).build()) {
            for (RecordedTrap trap : traps) {
                if (!state.isGuestOver()) {
                    run(engine, trap);
                }
            }
        }
    }

    private void run(MmioEngine engine, RecordedTrap trap) {
        state.timeline.begin("the trap of line " + trap.line());
        made = 0;
        logged = kernel.log().size();
        int warned = kernel.warnings();
        CpuState cpu = trap.cpu();
        MemoryMap memory = trap.memory();
        Outcome outcome = Completion.STANDARD.handle(engine, trap.trap(), cpu, memory).outcome();
        state.knowledge.addWarnings(kernel.warnings() - warned);
        state.losses.addAccesses(Math.max(0, trap.accesses().size() - made));
        state.timeline.add(new TimelineEvent.Trapped(instruction(outcome, trap),
                text(outcome, kernel.warnings() > warned)));
        follow(outcome);
    }

    private void follow(Outcome outcome) {
        switch (outcome) {
            case Outcome.Emulated _, Outcome.Recovered _ -> {
            }
            case Outcome.Propagated _ -> state.knowledge.tell(Witness.CALLER);
            case Outcome.VmmError _ -> state.knowledge.tell(Witness.HOST);
            case Outcome.Bug(_, _, Ending ending) -> follow(ending);
            case Outcome.GeneralProtection(_, _, _, Ending ending) -> follow(ending);
            case Outcome.Panic(_, _, Ending.Panic ending) -> follow(ending);
            case Outcome.Terminated(Failure failure, _) -> {
                logMessages();
                state.terminate(failure.check().label());
            }
            case Outcome.Halted _ -> state.halt();
            case Outcome.Aborted(Failure failure, _) ->
                state.stop(new ScenarioEnd.GuestLost("its monitor gives up for " + failure.check().label()));
            case Outcome.Injected(_, _, int vector, _) -> exception(vector);
            case Outcome.Exception exception -> exception(exception.vector());
        }
    }

    /// Logs the single lines that the kernel has printed since the trap.
    private void logMessages() {
        kernel.log().stream().skip(logged).filter(LogEntry.Message.class::isInstance)
                .forEach(message -> message.lines().forEach(state::log));
    }

    /// The kernel has no fixup for an exception at that place.
    private void exception(int vector) {
        state.oops("Oops: " + Outcome.Exception.name(vector));
    }

    private void follow(Ending ending) {
        switch (ending) {
            case Ending.Oops(String headline) -> state.oops(headline);
            case Ending.Panic(String message) -> state.panic(message);
            case Ending.Signal _ -> {
                logMessages();
                state.losses.addTask();
            }
            case Ending.Fixup _, Ending.Notified _ ->
                throw new IllegalStateException("no fixup or notifier is there: " + ending);
        }
    }

    private static String instruction(Outcome outcome, RecordedTrap trap) {
        Decoding decoding = switch (outcome) {
            case Outcome.Emulated emulated -> emulated.decoding().orElse(null);
            case Outcome.Exception exception -> exception.decoding();
            case Outcome.Failed failed -> failed.failure().decoding().orElse(null);
        };
        HexFormat hex = HexFormat.of();
        return decoding instanceof Instruction instruction
                ? "%s (%s)".formatted(hex.formatHex(trap.code(), 0, instruction.length()), instruction.mnemonic())
                : hex.formatHex(trap.code());
    }

    private String text(Outcome outcome, boolean warned) {
        String what = switch (outcome) {
            case Outcome.Emulated emulated -> emulated.complete() ? "emulated" : "emulated in part";
            case Outcome.Recovered(Failure failure, _, _, _) -> "recovered from " + failure.check().label();
            case Outcome.Propagated(Failure failure, _) -> "the caller gets " + failure.check().label();
            case Outcome.Bug(Failure failure, _, _) -> "BUG for " + failure.check().label();
            case Outcome.Panic(Failure failure, _, _) -> "panic for " + failure.check().label();
            case Outcome.Terminated(Failure failure, _) -> "the host ends the guest for " + failure.check().label();
            case Outcome.Halted(Failure failure, _) -> "the processor stops for " + failure.check().label();
            case Outcome.Aborted(Failure failure, _) -> "the monitor gives up for " + failure.check().label();
            case Outcome.VmmError(Failure failure, _) -> "the monitor gets " + failure.check().label();
            case Outcome.Injected(Failure failure, _, int vector, _) ->
                "%s injected for %s".formatted(Outcome.Exception.name(vector), failure.check().label());
            case Outcome.GeneralProtection(Failure failure, _, _, _) ->
                (warned ? "WARN, #GP for " : "#GP for ") + failure.check().label();
            case Outcome.Exception exception -> Outcome.Exception.name(exception.vector());
        };
        return "%s, %,d access%s".formatted(what, made, made == 1 ? "" : "es");
    }
}
