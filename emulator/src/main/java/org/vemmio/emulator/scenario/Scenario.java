package org.vemmio.emulator.scenario;

import java.util.List;

/// A scenario: a machine, pages, steps, what fails, and the policies to compare. Immutable.
///
/// @param title what it shows
/// @param machine the kind of machine
/// @param pages the pages at the start, 0 to [#MAX_PAGES]
/// @param steps what is done, in order
/// @param injections what fails
/// @param policies at least one
public record Scenario(String title, Machine machine, List<Page> pages, List<Step> steps, List<Injection> injections,
        List<ScenarioPolicy> policies) {
    /// The most pages that a scenario has.
    public static final int MAX_PAGES = 12;

    /// Creates a scenario; the lists are copied.
    public Scenario {
        pages = List.copyOf(pages);
        steps = List.copyOf(steps);
        injections = List.copyOf(injections);
        policies = List.copyOf(policies);
    }

    /// {@return the policy with this name}
    ///
    /// @throws IllegalArgumentException if there is none
    public ScenarioPolicy policy(String name) {
        return policies.stream().filter(policy -> policy.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no policy '%s'; there are %s".formatted(name,
                        String.join(", ", policies.stream().map(ScenarioPolicy::name).toList()))));
    }
}
