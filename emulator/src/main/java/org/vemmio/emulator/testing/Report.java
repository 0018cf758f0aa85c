package org.vemmio.emulator.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.vemmio.emulator.input.Labels;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.kernel.LogEntry;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.RecordedTrap;

/// What the message of a failed assertion tells: what was instead, on which instruction, who decided, and the
/// registers.
final class Report {
    private static final String MARGIN = "  ";
    private static final int LABEL_WIDTH = 13;
    /// Stands under `expected: `.
    private static final String CONTINUED = " ".repeat(10);

    private final String actual;
    private final StringBuilder details = new StringBuilder();

    private Report(String actual) {
        this.actual = actual;
    }

    static Report of(Outcome outcome) {
        return new Report(text(outcome)).add("instruction", InstructionText.of(outcome)).about(outcome);
    }

    static Report of(RecordedTrap trap, Outcome outcome, RegisterChanges registers) {
        return new Report(text(outcome)).add("instruction", InstructionText.of(trap)).about(outcome)
                .add("registers", registers.lines());
    }

    static Report of(Failure failure) {
        return new Report(text(failure)).add("instruction", InstructionText.of(failure)).about(failure);
    }

    static Report of(RegisterChanges registers) {
        return new Report(registers.summary()).add("registers", registers.lines());
    }

    static Report of(GuestKernel kernel) {
        StringJoiner state = new StringJoiner(", ");
        state.add(count(kernel.warnings(), "warning", "warnings"));
        state.add(count(kernel.oopses(), "oops", "oopses"));
        kernel.panic().ifPresent(panic -> state.add("a panic: " + panic.message()));
        if (kernel.isTerminated()) {
            state.add("terminated");
        }
        if (kernel.isHalted()) {
            state.add("halted");
        }
        if (kernel.isAborted()) {
            state.add("aborted");
        }
        return new Report(state.toString()).add("log", kernel.log().stream().map(Report::headline).toList());
    }

    private static String headline(LogEntry entry) {
        return entry.lines().stream().filter(line -> !line.startsWith("---")).findFirst().orElse("");
    }

    private Report about(Outcome outcome) {
        switch (outcome) {
            case Outcome.Emulated emulated ->
                add("hazards", emulated.hazards().stream().map(Hazard::toString).toList());
            case Outcome.Exception _ -> { }
            case Outcome.Failed failed -> {
                add("failure", text(failed.failure())).about(failed.failure());
                add("decided by", text(failed.decision()));
            }
        }
        return this;
    }

    private Report about(Failure failure) {
        return add("accesses", failure.accesses().stream().map(DeviceAccess::toString).toList());
    }

    private Report add(String label, String line) {
        return add(label, List.of(line));
    }

    private Report add(String label, List<String> lines) {
        String head = label + ":";
        for (String line : lines) {
            details.append(line(head, line));
            head = "";
        }
        return this;
    }

    private static String line(String head, String text) {
        return "\n" + MARGIN + head + " ".repeat(LABEL_WIDTH - head.length()) + text;
    }

    /// Returns the message.
    String contradicting(String expected) {
        return contradiction(expected, actual) + details;
    }

    /// Returns the message of an assertion about something beside the outcome.
    ///
    /// @param instead what that was
    String contradicting(String expected, String instead) {
        return contradiction(expected, instead) + line("outcome:", actual) + details;
    }

    static String contradiction(String expected, String actual) {
        return "expected: " + expected + "\nbut was:  " + actual;
    }

    // Texts

    static String text(Enum<?> constant) {
        return Labels.of(constant).replace('-', ' ');
    }

    static String text(Outcome.Effect effect) {
        return switch (effect) {
            case NO_ACCESS -> "without a device access";
            case WHOLE -> "every access as one";
            case SPLIT -> "an access split";
        };
    }

    static String text(List<DeviceAccess> accesses) {
        return lines(accesses.stream().map(DeviceAccess::toString).toList());
    }

    static String lines(List<String> accesses) {
        return accesses.isEmpty() ? "no device access" : String.join("\n" + CONTINUED, accesses);
    }

    static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static String text(Failure failure) {
        String returned = failure.check().returned().word();
        return "%s (%s%s)%s, from %s".formatted(failure.check().label(), failure.check().text(),
                failure.detail().isEmpty() ? "" : ": " + failure.detail(), returned.isEmpty() ? "" : ", " + returned,
                failure.handler());
    }

    private static String text(Decision decision) {
        return "rule %d of %s: %s".formatted(decision.rule(), decision.policy(), decision.text());
    }

    private static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated emulated -> "emulated by %s, %s%s".formatted(emulated.handler(),
                    text(emulated.effect()), emulated.complete() ? "" : ", with iterations left");
            case Outcome.Exception exception -> text(exception);
            case Outcome.Bug _ -> "BUG(), then " + endingText(outcome);
            case Outcome.GeneralProtection path -> "the #GP path, %s a warning, then %s"
                    .formatted(path.warned() ? "with" : "without", endingText(outcome));
            case Outcome.Recovered recovered when recovered.by() != null ->
                "recovered: " + text(recovered.by());
            case Outcome.Recovered recovered -> "recovered: "
                    + (recovered.fixup() != null ? endingText(outcome) : "the instruction skipped");
            case Outcome.Propagated _ -> "propagated to the caller";
            case Outcome.Panic _ -> endingText(outcome);
            case Outcome.Terminated _ -> "terminated by the host, as the guest asked";
            case Outcome.Injected injected -> text(injected);
            case Outcome.Halted _ -> "halted: the virtual processor stopped for good";
            case Outcome.Aborted _ -> "aborted: the monitor tore the virtual machine down";
            case Outcome.VmmError _ -> "an error for the monitor";
        };
    }

    private static String text(Outcome.Injected injected) {
        String name = Outcome.Exception.name(injected.vector());
        return injected.errorCode().isEmpty() ? "injected " + name
                : "injected %s, error code 0x%x".formatted(name, injected.errorCode().getAsInt());
    }

    private static String text(Outcome.Exception exception) {
        List<String> particulars = new ArrayList<>();
        particulars.add(Outcome.Exception.name(exception.vector()));
        if (exception.errorCode() != 0 || exception.vector() == Outcome.Exception.PF) {
            particulars.add("error code 0x" + Integer.toHexString(exception.errorCode()));
        }
        if (exception.vector() == Outcome.Exception.PF) {
            particulars.add("address 0x" + Long.toHexString(exception.address()));
        }
        return String.join(", ", particulars);
    }

    static Optional<Ending> ending(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed ? failed.kernelEnding() : Optional.empty();
    }

    private static String endingText(Outcome outcome) {
        return ending(outcome).map(Report::text).orElse("nothing");
    }

    private static String text(Ending ending) {
        return switch (ending) {
            case Ending.Fixup(String type, long rip) -> "the fixup %s, which goes on at 0x%x".formatted(type, rip);
            case Ending.Notified _ -> "a notifier, which took it";
            case Ending.Oops(String headline) -> "an oops: " + headline;
            case Ending.Signal(String name) -> name;
            case Ending.Panic(String message) -> "a panic: " + message;
        };
    }
}
