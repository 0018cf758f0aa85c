package org.vemmio.emulator.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.vemmio.emulator.input.AddressRange;
import org.vemmio.emulator.outcome.Failure;

/// What a rule asks of a Failure. All that is set must hold; what is empty holds for every Failure. Immutable.
///
/// @param failures the checks, one of which is the Failure's
/// @param mnemonics patterns, one of which the instruction's mnemonic matches, as the processor sees it; where the
///     bytes are no instruction, or were not fetched, none does
/// @param gpa holds the guest-physical address of the trap
/// @param gla holds the guest-linear address of the trap
/// @param cpls the privilege levels, one of which is the trapping code's, each 0 to 3
public record Condition(Set<CheckPattern> failures, List<MnemonicPattern> mnemonics, Optional<AddressRange> gpa,
        Optional<AddressRange> gla, Set<Integer> cpls) {
    private static final Condition ANY =
            new Condition(Set.of(), List.of(), Optional.empty(), Optional.empty(), Set.of());

    /// Creates a condition; the collections are copied.
    ///
    /// @throws IllegalArgumentException if a privilege level is not within 0 to 3
    public Condition {
        failures = Collections.unmodifiableSet(new LinkedHashSet<>(failures));
        mnemonics = List.copyOf(mnemonics);
        cpls = Collections.unmodifiableSet(new TreeSet<>(cpls));
        for (int cpl : cpls) {
            if (cpl < 0 || cpl > 3) {
                throw new IllegalArgumentException("a privilege level is 0 to 3, not " + cpl);
            }
        }
    }

    /// {@return the condition that holds for every Failure}
    public static Condition any() {
        return ANY;
    }

    /// {@return the condition that holds for Failures of one of these checks}
    ///
    /// @param checks each `LABEL` or `HANDLER/LABEL`, such as `page-split` or `linux-tdx/page-split`; an engine does not
    ///     take a policy with one that no handler has
    /// @throws IllegalArgumentException if there is none, or a label is empty
    public static Condition failure(String... checks) {
        if (checks.length == 0) {
            throw new IllegalArgumentException("no check; any() is for every Failure");
        }
        return ANY.withFailures(checks);
    }

    /// {@return this condition with checks instead of its own}
    ///
    /// @param checks as for [#failure]
    /// @throws IllegalArgumentException if a label is empty
    public Condition withFailures(String... checks) {
        Set<CheckPattern> patterns = new LinkedHashSet<>();
        for (String check : checks) {
            patterns.add(CheckPattern.parse(check));
        }
        return new Condition(patterns, mnemonics, gpa, gla, cpls);
    }

    /// {@return this condition with mnemonics instead of its own}
    ///
    /// @param globs mnemonics, with the wildcards of [MnemonicPattern]
    /// @throws IllegalArgumentException if one is no mnemonic
    public Condition withMnemonics(String... globs) {
        return new Condition(failures, Arrays.stream(globs).map(MnemonicPattern::new).toList(), gpa, gla, cpls);
    }

    /// {@return this condition with a range of guest-physical addresses instead of its own, both ends included}
    ///
    /// @throws IllegalArgumentException if `last` is below `first`
    public Condition withGpa(long first, long last) {
        return new Condition(failures, mnemonics, Optional.of(new AddressRange(first, last)), gla, cpls);
    }

    /// {@return this condition with a range of guest-linear addresses instead of its own, both ends included}
    ///
    /// @throws IllegalArgumentException if `last` is below `first`
    public Condition withGla(long first, long last) {
        return new Condition(failures, mnemonics, gpa, Optional.of(new AddressRange(first, last)), cpls);
    }

    /// {@return this condition with privilege levels instead of its own}
    ///
    /// @throws IllegalArgumentException if one is not within 0 to 3
    public Condition withCpls(int... cpls) {
        return new Condition(failures, mnemonics, gpa, gla,
                Arrays.stream(cpls).boxed().collect(Collectors.toSet()));
    }

    /// {@return whether it holds for every Failure}
    public boolean isAny() {
        return equals(ANY);
    }

    /// {@return whether it holds for `failure`}
    public boolean holds(Failure failure) {
        return (failures.isEmpty() || failures.stream().anyMatch(pattern -> pattern.matches(failure)))
                && (cpls.isEmpty() || cpls.contains(failure.cpl()))
                && gpa.map(range -> range.contains(failure.gpa())).orElse(true)
                && gla.map(range -> range.contains(failure.gla())).orElse(true)
                && (mnemonics.isEmpty() || failure.instruction().map(instruction -> mnemonics.stream()
                        .anyMatch(pattern -> pattern.matches(instruction.mnemonic()))).orElse(false));
    }

    /// {@return whether this condition holds wherever `other` does}
    ///
    /// Where patterns for mnemonics are such that it takes too long to find out, the answer is no.
    public boolean covers(Condition other) {
        return coversFailures(other)
                && covers(cpls, other.cpls)
                && covers(gpa, other.gpa)
                && covers(gla, other.gla)
                && (mnemonics.isEmpty() || !other.mnemonics.isEmpty() && other.mnemonics.stream()
                        .allMatch(pattern -> PatternCover.holds(mnemonics, pattern)));
    }

    private boolean coversFailures(Condition other) {
        return failures.isEmpty() || !other.failures.isEmpty() && other.failures.stream()
                .allMatch(pattern -> failures.stream().anyMatch(mine -> mine.covers(pattern)));
    }

    private static <T> boolean covers(Set<T> mine, Set<T> others) {
        return mine.isEmpty() || !others.isEmpty() && mine.containsAll(others);
    }

    private static boolean covers(Optional<AddressRange> mine, Optional<AddressRange> others) {
        return mine.isEmpty() || others.isPresent() && mine.get().contains(others.get());
    }

    /// {@return the condition as a policy file writes it: `any`, or `{failure: string-move, cpl: 0}`}
    public String text() {
        if (isAny()) {
            return "any";
        }
        List<String> parts = new ArrayList<>();
        if (!failures.isEmpty()) {
            parts.add("failure: " + list(failures.stream().map(CheckPattern::text).toList()));
        }
        if (!mnemonics.isEmpty()) {
            parts.add("mnemonic: " + list(mnemonics.stream().map(pattern -> '"' + pattern.glob() + '"').toList()));
        }
        gpa.ifPresent(range -> parts.add("gpa: " + range.text()));
        gla.ifPresent(range -> parts.add("gla: " + range.text()));
        if (!cpls.isEmpty()) {
            parts.add("cpl: " + list(cpls.stream().map(String::valueOf).toList()));
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private static String list(List<String> items) {
        return items.size() == 1 ? items.getFirst() : items.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
