package org.vemmio.emulator.recording.replay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.OutcomeKind;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.survey.InstructionForm;

/// What became of many replayed traps, counted while they go by. For one thread.
public final class ReplaySummary {
    private final int disagreementsKept;
    private final List<ReplayResult> disagreements = new ArrayList<>();
    private final Map<OutcomeKind, Tally> outcomes = new EnumMap<>(OutcomeKind.class);
    private final SortedMap<String, Tally> failures = new TreeMap<>();
    private final Map<Decision, Tally> decisions = new HashMap<>();
    private final SortedMap<String, Tally> endings = new TreeMap<>();
    private final Map<Hazard.Kind, Tally> hazards = new EnumMap<>(Hazard.Kind.class);
    private final SortedMap<String, Tally> forms = new TreeMap<>();
    private final SortedMap<String, Tally> devices = new TreeMap<>();
    private final SortedMap<String, Tally> assumed = new TreeMap<>();
    private Tally total = Tally.NONE;

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

        /// {@return the tally of these traps and of others}
        public Tally plus(Tally others) {
            return new Tally(agreed + others.agreed, disagreed + others.disagreed, refused + others.refused);
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
            count(failures, failed.failure().check().label(), verdict);
            count(decisions, failed.decision(), verdict);
            failed.kernelEnding().ifPresent(ending -> count(endings, ending.label(), verdict));
        }
        for (Hazard.Kind kind : hazards(result.outcome())) {
            count(hazards, kind, verdict);
        }
        count(forms, InstructionForm.of(result.decoding()), verdict);
        count(devices, result.trap().labels().deviceOrNone(), verdict);
        result.trap().assumedKinds().forEach(key -> count(assumed, key, verdict));
        if (verdict == Verdict.DISAGREED && disagreements.size() < disagreementsKept) {
            disagreements.add(result);
        }
    }

    private static <K> void count(Map<K, Tally> map, K key, Verdict verdict) {
        map.put(key, map.getOrDefault(key, Tally.NONE).with(verdict));
    }

    private static Set<Hazard.Kind> hazards(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated emulated when !emulated.hazards().isEmpty() ->
                emulated.hazards().stream().map(Hazard::kind).collect(Collectors.toSet());
            case Outcome.Recovered recovered when recovered.by() != null -> hazards(recovered.by());
            default -> Set.of();
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
    public Map<String, Tally> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /// {@return the tally of each rule of a policy that decided}
    public Map<Decision, Tally> decisions() {
        return Collections.unmodifiableMap(decisions);
    }

    /// {@return the tally of each way in which a path of the guest's kernel ended, by [Ending#label]}
    public SortedMap<String, Tally> endings() {
        return Collections.unmodifiableSortedMap(endings);
    }

    /// {@return the tally of the traps with a hazard of each kind}
    public Map<Hazard.Kind, Tally> hazards() {
        return Collections.unmodifiableMap(hazards);
    }

    /// {@return the tally of each form of instruction, as [InstructionForm] names it, by name}
    public SortedMap<String, Tally> forms() {
        return Collections.unmodifiableSortedMap(forms);
    }

    /// {@return the tally of each device, by name}
    public SortedMap<String, Tally> devices() {
        return Collections.unmodifiableSortedMap(devices);
    }

    /// {@return the tally of the traps of which something was assumed, by [RecordedTrap#assumedKinds]}
    public SortedMap<String, Tally> assumed() {
        return Collections.unmodifiableSortedMap(assumed);
    }

    /// {@return the first traps that disagreed}
    public List<ReplayResult> disagreements() {
        return Collections.unmodifiableList(disagreements);
    }
}
