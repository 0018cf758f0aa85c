package org.vemmio.emulator.recording.replay;

import com.google.common.collect.Maps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.outcome.Decision;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Hazard;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.OutcomeKind;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.survey.InstructionForm;

/// What became of many replayed traps, counted while they go by. For one thread.
public final class ReplaySummary {
    /// How many decodings are remembered; more are seldom different ones.
    private static final int DECODINGS = 1 << 12;

    private final int disagreementsKept;
    private final List<ReplayResult> disagreements = new ArrayList<>();
    private final Map<OutcomeKind, Count> outcomes = new EnumMap<>(OutcomeKind.class);
    private final SortedMap<String, Count> failures = new TreeMap<>();
    private final Map<Decision, Count> decisions = new HashMap<>();
    private final SortedMap<String, Count> endings = new TreeMap<>();
    private final Map<Hazard.Kind, Count> hazards = new EnumMap<>(Hazard.Kind.class);
    private final SortedMap<String, Count> forms = new TreeMap<>();
    private final SortedMap<String, Count> devices = new TreeMap<>();
    private final SortedMap<String, Count> assumed = new TreeMap<>();
    /// Of forms, by the decoding that they were last found for.
    private final Map<Decoding, Count> formsByDecoding = new IdentityHashMap<>();
    private final Count total = new Count();

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

    /// A tally that grows.
    private static final class Count {
        private long agreed;
        private long disagreed;
        private long refused;

        void add(Verdict verdict) {
            switch (verdict) {
                case AGREED -> agreed++;
                case DISAGREED -> disagreed++;
                case REFUSED -> refused++;
            }
        }

        Tally tally() {
            return new Tally(agreed, disagreed, refused);
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
        total.add(verdict);
        count(outcomes, OutcomeKind.of(result.outcome()), verdict);
        if (result.outcome() instanceof Outcome.Failed failed) {
            count(failures, failed.failure().check().label(), verdict);
            count(decisions, failed.decision(), verdict);
            failed.kernelEnding().ifPresent(ending -> count(endings, ending.label(), verdict));
        }
        for (Hazard.Kind kind : hazards(result.outcome())) {
            count(hazards, kind, verdict);
        }
        form(result.decoding()).add(verdict);
        count(devices, result.trap().labels().deviceOrNone(), verdict);
        for (String key : result.trap().assumedKinds()) {
            count(assumed, key, verdict);
        }
        if (verdict == Verdict.DISAGREED && disagreements.size() < disagreementsKept) {
            disagreements.add(result);
        }
    }

    private static <K> void count(Map<K, Count> map, K key, Verdict verdict) {
        Count count = map.get(key);
        if (count == null) {
            count = new Count();
            map.put(key, count);
        }
        count.add(verdict);
    }

    private Count form(Decoding decoding) {
        Count form = formsByDecoding.get(decoding);
        if (form == null) {
            if (formsByDecoding.size() >= DECODINGS) {
                formsByDecoding.clear();
            }
            form = forms.computeIfAbsent(InstructionForm.of(decoding), _ -> new Count());
            formsByDecoding.put(decoding, form);
        }
        return form;
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
        return total.tally();
    }

    /// {@return the tally of each kind of outcome that occurred}
    public Map<OutcomeKind, Tally> outcomes() {
        return Collections.unmodifiableMap(Maps.transformValues(outcomes, Count::tally));
    }

    /// {@return the tally of each reason why a trap failed}
    public Map<String, Tally> failures() {
        return Collections.unmodifiableMap(Maps.transformValues(failures, Count::tally));
    }

    /// {@return the tally of each rule of a policy that decided}
    public Map<Decision, Tally> decisions() {
        return Collections.unmodifiableMap(Maps.transformValues(decisions, Count::tally));
    }

    /// {@return the tally of each way in which a path of the guest's kernel ended, by [Ending#label]}
    public SortedMap<String, Tally> endings() {
        return Collections.unmodifiableSortedMap(Maps.transformValues(endings, Count::tally));
    }

    /// {@return the tally of the traps with a hazard of each kind}
    public Map<Hazard.Kind, Tally> hazards() {
        return Collections.unmodifiableMap(Maps.transformValues(hazards, Count::tally));
    }

    /// {@return the tally of each form of instruction, as [InstructionForm] names it, by name}
    public SortedMap<String, Tally> forms() {
        return Collections.unmodifiableSortedMap(Maps.transformValues(forms, Count::tally));
    }

    /// {@return the tally of each device, by name}
    public SortedMap<String, Tally> devices() {
        return Collections.unmodifiableSortedMap(Maps.transformValues(devices, Count::tally));
    }

    /// {@return the tally of the traps of which something was assumed, by [RecordedTrap#assumedKinds]}
    public SortedMap<String, Tally> assumed() {
        return Collections.unmodifiableSortedMap(Maps.transformValues(assumed, Count::tally));
    }

    /// {@return the first traps that disagreed}
    public List<ReplayResult> disagreements() {
        return Collections.unmodifiableList(disagreements);
    }
}
