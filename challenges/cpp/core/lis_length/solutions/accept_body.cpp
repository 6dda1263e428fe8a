    std::set<int> tails;
    for (int value : values) {
        auto at = tails.lower_bound(value);
        if (at != tails.end()) tails.erase(at);
        tails.insert(value);
    }
    return tails.size();
