package org.vemmio.emulator.recording;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// What became of many replayed traps, counted while they go by. For one thread.
public final class ReplaySummary {
    /// The form of an instruction of which no byte was decoded, since the handler refused before.
    public static final String NOT_DECODED = "(not decoded)";
    /// The device of a trap that names none.
    public static final String NO_DEVICE = "(not named)";

    private final int disagreementsKept;
    private final List<ReplayResult> disagreements = new ArrayList<>();
    private final Map<OutcomeKind, Tally> outcomes = new EnumMap<>(OutcomeKind.class);
    private final Map<FailureReason, Tally> failures = new EnumMap<>(FailureReason.class);
    private final SortedMap<String, Tally> forms = new TreeMap<>();
    private final SortedMap<String, Tally> devices = new TreeMap<>();
    private Tally total = Tally.NONE;

    /// The kinds of outcome.
    public enum OutcomeKind {
        EMULATED, EXCEPTION, RECOVERED, PROPAGATED, GENERAL_PROTECTION, BUG, PANIC, TERMINATED;

        /// {@return the kind of an outcome}
        public static OutcomeKind of(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Emulated _ -> EMULATED;
                case Outcome.Exception _ -> EXCEPTION;
                case Outcome.Recovered _ -> RECOVERED;
                case Outcome.Propagated _ -> PROPAGATED;
                case Outcome.GeneralProtection _ -> GENERAL_PROTECTION;
                case Outcome.Bug _ -> BUG;
                case Outcome.Panic _ -> PANIC;
                case Outcome.Terminated _ -> TERMINATED;
            };
        }
    }

    /// How many traps of some kind came to which verdict.
    ///
    /// @param agreed traps that agreed
    /// @param disagreed traps that disagreed
    /// @param refused traps that were refused
    public record Tally(long agreed, long disagreed, long refused) {
        /// No trap.
        public static final Tally NONE = new Tally(0, 0, 0);

        /// {@return how many traps there are}
        public long total() {
            return agreed + disagreed + refused;
        }

        /// {@return the tally with one more}
        public Tally with(Verdict verdict) {
            return switch (verdict) {
                case AGREED -> new Tally(agreed + 1, disagreed, refused);
                case DISAGREED -> new Tally(agreed, disagreed + 1, refused);
                case REFUSED -> new Tally(agreed, disagreed, refused + 1);
            };
        }
    }

    /// Creates an empty summary.
    ///
    /// @param disagreementsKept how many traps that disagree are kept, the first ones; 0 or more
    public ReplaySummary(int disagreementsKept) {
        this.disagreementsKept = disagreementsKept;
    }

    /// Counts a trap.
    public void add(ReplayResult result) {
        Verdict verdict = result.verdict();
        total = total.with(verdict);
        count(outcomes, OutcomeKind.of(result.outcome()), verdict);
        if (result.outcome() instanceof Outcome.Failed failed) {
            count(failures, failed.failure().reason(), verdict);
        }
        count(forms, form(result.outcome()), verdict);
        count(devices, result.trap().device().isEmpty() ? NO_DEVICE : result.trap().device(), verdict);
        if (verdict == Verdict.DISAGREED && disagreements.size() < disagreementsKept) {
            disagreements.add(result);
        }
    }

    private static <K> void count(Map<K, Tally> map, K key, Verdict verdict) {
        map.put(key, map.getOrDefault(key, Tally.NONE).with(verdict));
    }

    private static String form(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated emulated -> InstructionForm.of(emulated.decoding());
            case Outcome.Exception exception -> InstructionForm.of(exception.decoding());
            case Outcome.Failed failed -> failed.failure().decoding().map(InstructionForm::of).orElse(NOT_DECODED);
        };
    }

    /// {@return the tally of all traps}
    public Tally total() {
        return total;
    }

    /// {@return the tally of each kind of outcome that occurred}
    public Map<OutcomeKind, Tally> outcomes() {
        return Collections.unmodifiableMap(outcomes);
    }

    /// {@return the tally of each reason why a trap failed}
    public Map<FailureReason, Tally> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /// {@return the tally of each form of instruction, as [InstructionForm] names it, by name}
    public SortedMap<String, Tally> forms() {
        return Collections.unmodifiableSortedMap(forms);
    }

    /// {@return the tally of each device, by name}
    public SortedMap<String, Tally> devices() {
        return Collections.unmodifiableSortedMap(devices);
    }

    /// {@return the first traps that disagreed}
    public List<ReplayResult> disagreements() {
        return Collections.unmodifiableList(disagreements);
    }
}
