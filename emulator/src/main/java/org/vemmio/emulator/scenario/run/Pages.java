package org.vemmio.emulator.scenario.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.scenario.Page;

/// The pages of a scenario while it is played, in the order of the scenario.
final class Pages {
    private final Map<String, PageState> byName = new LinkedHashMap<>();

    Pages(List<Page> start) {
        start.forEach(page -> byName.put(page.name(), new PageState(page)));
    }

    PageState get(String name) {
        PageState page = byName.get(name);
        if (page == null) {
            throw new IllegalArgumentException(
                    "no page '%s'; %s".formatted(name, Suggestions.hint(name, byName.keySet(), "there are")));
        }
        return page;
    }

    List<PageState> get(List<String> names) {
        return names.stream().map(this::get).toList();
    }

    List<PageState> all() {
        return List.copyOf(byName.values());
    }

    List<Page> snapshot() {
        return byName.values().stream().map(PageState::snapshot).toList();
    }

    static String names(List<PageState> pages) {
        return String.join(" ", pages.stream().map(page -> page.name).toList());
    }
}
