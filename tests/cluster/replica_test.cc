#include "tests/cluster/town.h"

namespace tally {
namespace {

// ---- sharing

TEST_F(ReplicaTest, WhatOneCountsTheOtherKnowsAnIntervalLater) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  a.add("x", 5);
  b.add("x", 2);
  town.pass(seconds(2));
  EXPECT_EQ(a.value("x"), 7);
  EXPECT_EQ(b.value("x"), 7);
  EXPECT_EQ(a.replica.unshared(), 0U);
  EXPECT_TRUE(a.warnings.empty());
}

TEST_F(ReplicaTest, AGracefulStopSharesAtOnce) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  a.add("x", 5);
  town.act(url_of("a"), a.replica.flush(town.now()));
  EXPECT_FALSE(a.replica.shared());
  EXPECT_EQ(a.replica.unshared(), 1U);
  town.deliver();
  EXPECT_TRUE(a.replica.shared());
  EXPECT_EQ(a.replica.unshared(), 0U);
  EXPECT_EQ(b.value("x"), 5);
}

TEST_F(ReplicaTest, AGracefulStopWaitsForWhoeverIsBeingTriedAgain) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  Town::Server& c = town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  town.cut("a", "c");
  town.pass(seconds(3));
  a.add("x", 5);
  const auto flush = [&] { town.act(url_of("a"), a.replica.flush(town.now())); };
  flush();
  EXPECT_FALSE(a.replica.shared()) << "c failed before, but is being tried again";
  town.deliver();
  EXPECT_TRUE(a.replica.shared()) << "c failed again";
  town.heal();
  flush();
  EXPECT_FALSE(a.replica.shared());
  town.deliver();
  EXPECT_TRUE(a.replica.shared());
  EXPECT_EQ(c.value("x"), 5);
}

TEST_F(ReplicaTest, AGracefulStopWaitsForSomebodyToHandItsCountsTo) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  town.cut("a", "b");
  a.add("x", 5);
  const auto flush = [&] {
    town.act(url_of("a"), a.replica.flush(town.now()));
    town.deliver();
  };
  flush();
  EXPECT_FALSE(a.replica.shared());
  town.heal();
  flush();
  EXPECT_TRUE(a.replica.shared());
}

TEST_F(ReplicaTest, AGracefulStopHasNothingToShareAgainWhenNothingWasCounted) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  a.add("x", 5);
  town.pass(seconds(3));
  a.replica.flush(town.now());  // its answers never come
  EXPECT_TRUE(a.replica.shared());
}

TEST_F(ReplicaTest, LastWordsArePassedOn) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  Town::Server& c = town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  town.cut("a", "c");
  a.add("x", 5);
  town.pass(seconds(1));
  town.crash("a");
  EXPECT_EQ(c.value("x"), 0);
  town.pass(seconds(6));
  EXPECT_EQ(c.value("x"), 5);
}

TEST_F(ReplicaTest, WhoPassesOnWhatAnotherCountedIsNamedOnce) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  Town::Server& c = town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  EXPECT_TRUE(c.notices.empty()) << "each speaks for itself";
  town.cut("a", "c");
  for (int i = 0; i < 3; ++i) {
    a.add("x", 5);
    town.pass(seconds(6));
  }
  EXPECT_EQ(c.value("x"), 15);
  ASSERT_EQ(c.notices.size(), 1U);
  EXPECT_NE(c.notices[0].find("Server 'b' at " + url_of("b") + " passes on what server 'a' counted"),
            std::string::npos)
      << c.notices[0];
  EXPECT_TRUE(a.notices.empty());
  EXPECT_TRUE(b.notices.empty());
}

TEST_F(ReplicaTest, AfterAPartitionBothSidesKnowEverything) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  town.pass(seconds(2));
  town.cut("a", "b");
  a.add("x", 5);
  b.add("x", 2);
  town.pass(seconds(60));
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_EQ(b.value("x"), 2);
  town.heal();
  town.pass(seconds(10));
  EXPECT_EQ(a.value("x"), 7);
  EXPECT_EQ(b.value("x"), 7);
}

TEST_F(ReplicaTest, ServersThatKnowTheSameAnswerBriefly) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  a.add("x", 5);
  town.pass(seconds(10));
  auto pushed = b.replica.flush(town.now()).requests;
  ASSERT_EQ(pushed.size(), 1U);
  const auto& body = std::get<PeerRequest::PushShare>(pushed[0].question).body;
  EXPECT_TRUE(decode_marks(a.replica.receive_share(town.now(), body).body.value()).value().brief);
  a.replica.learn(town.now(), {member("c", 3)}, {});
  EXPECT_FALSE(decode_marks(a.replica.receive_share(town.now(), body).body.value()).value().brief);
}

TEST_F(ReplicaTest, APartThatWaitsForOthersIsNotCounted) {
  Town::Server& a = town.start("a", 1);
  const auto part = [this](std::uint32_t index, NamedEntry entry) {
    return names.encode({member("b", 2), 1, index, 2, 0, header(run(2), "b", 0, 2), {std::move(entry)}});
  };
  a.replica.receive_share(town.now(), part(0, {"x", 1, Sequence{1}}));
  EXPECT_EQ(a.value("x"), 0);
  EXPECT_TRUE(a.replica.marks().marks.empty());
  a.replica.receive_share(town.now(), part(1, {"y", 1, Sequence{2}}));
  EXPECT_EQ(a.value("x") + a.value("y"), 2);
}

TEST_F(ReplicaTest, WhatAnEndedRunHadBegunToShareIsDropped) {
  Town::Server& a = town.start("a", 1);
  push(a, member("b", 2), header(run(2), "b", 0, 0), {});
  const auto part = [this](std::uint32_t index, NamedEntry entry) {
    return names.encode({member("b", 2), 1, index, 2, 0, header(run(2), "b", 0, 2), {std::move(entry)}});
  };
  a.replica.receive_share(town.now(), part(0, {"x", 1, Sequence{1}}));
  push(a, member("b", 22), header(run(22), "b", 0, 0), {});
  town.pass(seconds(1));
  a.replica.receive_share(town.now(), part(1, {"y", 1, Sequence{2}}));
  EXPECT_TRUE(a.replica.marks().marks.empty()) << "nothing is left that a late part could complete";
}

TEST_F(ReplicaTest, AShareBeyondAllBoundsIsRefusedAndItsSenderNamed) {
  ReplicaOptions options;
  options.staging.bytes = 1;
  Town::Server& a = town.start(member("a", 1), {}, options);
  const auto answer = a.replica.receive_share(
      town.now(),
      names.encode({member("b", 2), 1, 0, 2, 0, header(run(2), "b", 0, 2), {{"x", 1, Sequence{1}}}}));
  ASSERT_FALSE(answer.body);
  EXPECT_EQ(answer.body.error().code, Errc::too_large);
  ASSERT_EQ(answer.output.alarms.size(), 1U);
  EXPECT_NE(answer.output.alarms[0].text.find("From 'b'"), std::string::npos);
  EXPECT_EQ(a.replica.staging().bytes(), 0U);
}

TEST_F(ReplicaTest, WhoStopsInTheMiddleOfAShareHoldsNoMemoryForLong) {
  Town::Server& a = town.start("a", 1);
  push(a, member("b", 2), header(run(2), "b", 0, 0), {});
  a.replica.receive_share(
      town.now(),
      names.encode({member("b", 2), 1, 0, 2, 0, header(run(2), "b", 0, 2), {{"x", 1, Sequence{1}}}}));
  town.pass(ReplicaOptions{}.staging.patience);
  EXPECT_EQ(a.replica.staging().senders(), 1U);
  town.pass(seconds(2));
  EXPECT_EQ(a.replica.staging().senders(), 0U);
}

TEST_F(ReplicaTest, APeerThatStartsAgainIsNotPushedWhatItHas) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  for (int i = 0; i < 1000; ++i) a.add("counter-" + std::to_string(i), 1);
  town.bytes_pushed = 0;
  town.pass(seconds(3));
  const std::size_t everything = town.bytes_pushed;
  town.crash("b");
  Town::Server& b = town.start("b", 22, {member("a", 1)});
  EXPECT_EQ(b.value("counter-999"), 1);
  town.bytes_pushed = 0;
  town.pass(seconds(5));
  EXPECT_LT(town.bytes_pushed, everything / 5);
  EXPECT_EQ(a.replica.unshared(), 0U);
}

// ---- recovery, and being ready

TEST_F(ReplicaTest, WhoIsAloneIsReadyAtOnce) { EXPECT_TRUE(town.start("a", 1).replica.ready()); }

TEST_F(ReplicaTest, ARestartedServerGetsItsCountBackFromItsPeers) {
  Town::Server& first = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  first.add("x", 5);
  town.pass(seconds(2));
  town.crash("a");
  Town::Server& second = town.start("a", 3, {member("b", 2)});
  EXPECT_TRUE(second.replica.ready());
  EXPECT_EQ(second.value("x"), 5);
  second.add("x", 1);
  town.pass(seconds(2));
  EXPECT_EQ(second.value("x"), 6);
}

TEST_F(ReplicaTest, ANewServerAsksForEachStreamOnce) {
  town.start("a", 1).add("x", 5);
  town.start("b", 2, {member("a", 1)}).add("x", 2);
  town.pass(seconds(5));
  town.stream_questions = 0;
  Town::Server& c = town.start("c", 3, {member("a", 1), member("b", 2)});
  EXPECT_EQ(c.value("x"), 7);
  EXPECT_EQ(town.stream_questions, 2);
}

TEST_F(ReplicaTest, APeerThatRestartsWhileItIsAskedIsAskedAgain) {
  Town::Server& b = town.start("b", 2);
  b.add("x", 5);
  town.pass(seconds(1));
  town.silence("b");
  Town::Server& a = town.start("a", 1, {member("b", 2)});
  push(a, member("b", 22), header(run(22), "b", 0, 0), {});
  EXPECT_FALSE(a.replica.ready());
  Output out = a.replica.answered(town.now(), 1, Error{Errc::unreachable, "The old run is gone."});
  EXPECT_FALSE(a.replica.ready()) << "the new run may know something";
  ASSERT_EQ(out.requests.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<PeerRequest::AskMarks>(out.requests[0].question));
}

TEST_F(ReplicaTest, TwoServersThatStartTogetherDoNotWaitForEachOther) {
  Town::Server& a = town.start("a", 1, {member("b", 2)});
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  EXPECT_TRUE(a.replica.ready()) << "b could not be reached";
  EXPECT_TRUE(b.replica.ready()) << "a answered";
}

TEST_F(ReplicaTest, AStartingServerAnswers) {
  town.silence("b");
  Town::Server& a = town.start("a", 1, {member("b", 2)});
  ASSERT_FALSE(a.replica.ready());
  EXPECT_TRUE(decode_marks(a.replica.answer_marks(town.now(), {}, 0).body.value()));
  EXPECT_TRUE(push(a, member("c", 3), header(run(3), "c", 0, 1), {{"x", 5, Sequence{1}}}).body);
  EXPECT_TRUE(decode_part(a.replica.stream_answer(town.now(), run(3), Sequence{0}).body.value()));
  EXPECT_EQ(a.replica.stream_answer(town.now(), run(9), Sequence{0}).body.error().code, Errc::no_such_path);
}

TEST_F(ReplicaTest, WhenNobodyAnswersItIsReadyAtTheLimit) {
  town.silence("b");
  Town::Server& a = town.start("a", 1, {member("b", 2)});
  town.pass(milliseconds(4999));
  EXPECT_FALSE(a.replica.ready());
  town.pass(milliseconds(1));
  EXPECT_TRUE(a.replica.ready());
}

TEST_F(ReplicaTest, NobodyIsReadyBeforeTheBalancersWereAsked) {
  ReplicaOptions options;
  options.ask_balancers = true;
  Town::Server& a = town.start(member("a", 1), {}, options);
  town.pass(seconds(1));
  EXPECT_FALSE(a.replica.ready());
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  EXPECT_TRUE(a.replica.ready());
}

TEST_F(ReplicaTest, WhatADiskKeptIsSharedFromWhereThePeersAre) {
  Town::Server& b = town.start("b", 2);
  ReplicaOptions options;
  options.has_disk = true;
  options.ask_balancers = true;  // so that nothing happens before the disk was read
  Town::Server& a = town.start(member("a", 3), {}, options);
  Town::restore(a, header(run(1), "a", 0, 4), {{"x", 5, Sequence{4}}});
  town.act(url_of("a"), a.replica.learn(town.now(), {member("b", 2)}, {}));
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  town.pass(seconds(6));
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_EQ(b.value("x"), 5);
  EXPECT_EQ(a.replica.marks().marks.at(0).durable, Sequence{4});
}

// ---- members

TEST_F(ReplicaTest, ARemovalSpreadsAndCountsStay) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  Town::Server& c = town.start("c", 3, {member("a", 1)});
  c.add("x", 5);
  town.pass(seconds(3));
  town.act(url_of("b"), b.replica.learn(town.now(), {}, {server("c")}));
  town.pass(seconds(5));
  EXPECT_TRUE(a.replica.members().is_removed(server("c")));
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_EQ(b.value("x"), 5);
  EXPECT_TRUE(c.replica.removed()) << "whoever it asks tells it";
  EXPECT_TRUE(warned(c, "Stop it"));
}

TEST_F(ReplicaTest, ARemovedServerIsRefusedWithTheReason) {
  Town::Server& a = town.start("a", 1);
  push(a, member("c", 3), header(run(3), "c", 0, 1), {{"x", 5, Sequence{1}}});
  a.replica.learn(town.now(), {}, {server("c")});
  const auto answer = push(a, member("c", 4), header(run(4), "c", 0, 1), {{"x", 9, Sequence{1}}});
  ASSERT_FALSE(answer.body);
  EXPECT_EQ(answer.body.error().code, Errc::forbidden);
  EXPECT_NE(answer.body.error().detail.find("'c' was removed"), std::string::npos);
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_TRUE(push(a, member("b", 2), header(run(4), "c", 0, 1), {{"x", 9, Sequence{1}}}).body)
      << "what it counted before still merges";
  EXPECT_EQ(a.value("x"), 14);
}

TEST_F(ReplicaTest, WhatWasAskedOfAServerBeforeItsRemovalIsNotHeardAfterIt) {
  Town::Server& a = town.start("a", 1);
  const Output asks = a.replica.learn(town.now(), {member("c", 3)}, {});
  ASSERT_EQ(asks.requests.size(), 1U);
  const std::string marks = encode(
      Marks{member("c", 3), false, {{run(3), server("c"), Sequence{1}, Sequence{1}}}, {member("c", 3)}, {}});
  const Output fetches = a.replica.answered(town.now(), asks.requests.front().id, marks);
  ASSERT_EQ(fetches.requests.size(), 1U);
  a.replica.learn(town.now(), {}, {server("c")});
  Part part{member("c", 3), 0, 0, 1, 0, header(run(3), "c", 0, 1), {{"x", 5, Sequence{1}}}};
  EXPECT_TRUE(
      a.replica.answered(town.now(), fetches.requests.front().id, names.encode(part)).requests.empty());
  EXPECT_EQ(a.value("x"), 0);
}

TEST_F(ReplicaTest, AServerThatWasRemovedIsAskedNothingMore) {
  Town::Server& a = town.start("a", 1);
  const Output asks = a.replica.learn(town.now(), {member("c", 3)}, {});
  a.replica.learn(town.now(), {}, {server("c")});
  const std::string marks = encode(
      Marks{member("c", 3), false, {{run(3), server("c"), Sequence{1}, Sequence{1}}}, {member("c", 3)}, {}});
  EXPECT_TRUE(a.replica.answered(town.now(), asks.requests.front().id, marks).requests.empty());
}

TEST_F(ReplicaTest, WhoIsRemovedTakesNoShares) {
  Town::Server& a = town.start("a", 1);
  a.replica.learn(town.now(), {}, {server("a")});
  EXPECT_TRUE(a.replica.removed());
  const auto answer = push(a, member("b", 2), header(run(2), "b", 0, 1), {{"x", 5, Sequence{1}}});
  EXPECT_EQ(answer.body.error().code, Errc::forbidden);
  EXPECT_EQ(a.value("x"), 0);
}

TEST_F(ReplicaTest, ClonesHearEachOtherAndSaySoOnce) {
  Town::Server& one = town.start("a", 1);
  Member clone = member("a", 2);
  clone.url = "http://elsewhere";
  Town::Server& other = town.start(clone, {member("a", 1)});
  one.add("x", 5);
  other.add("x", 2);
  town.pass(seconds(5));
  EXPECT_EQ(one.value("x"), 7);
  EXPECT_EQ(other.value("x"), 7);
  EXPECT_EQ(one.warnings.size(), 1U);
  EXPECT_TRUE(warned(one, "Another server with this server's id 'a' runs at http://elsewhere"));
  EXPECT_TRUE(warned(other, "http://a"));
}

// Its URL changed, and the old one leads to it still; others name the run that was there before.
TEST_F(ReplicaTest, WhoMeetsItselfAtAnotherUrlIsAlone) {
  Town::Server& a = town.start("a", 1, {{server("a"), run(9), "http://old"}});
  a.add("x", 5);
  Output out = a.replica.flush(town.now());
  ASSERT_EQ(out.requests.size(), 1U);
  const auto& push = std::get<PeerRequest::PushShare>(out.requests[0].question);
  auto answer = a.replica.receive_share(town.now(), push.body);
  town.act(url_of("a"), std::move(answer.output));
  town.act(url_of("a"), a.replica.answered(town.now(), out.requests[0].id, answer.body));
  EXPECT_EQ(a.replica.unshared(), 1U) << "nobody else holds it";
  EXPECT_TRUE(a.replica.held().peers.empty());
  EXPECT_TRUE(a.warnings.empty()) << a.warnings[0];
}

// ---- what nobody honest sends

TEST_F(ReplicaTest, APoisonShareIsRefusedAndItsSenderNamed) {
  Town::Server& a = town.start("a", 1);
  a.add("x", 5);
  push(a, member("b", 2), header(run(2), "b", 0, 2), {{"x", 1, Sequence{2}}});
  town.pass(seconds(2));
  const Marks before = a.replica.marks();
  struct Poison {
    ShareHeader about;
    std::vector<NamedEntry> entries;
  };
  const std::vector<Poison> poisons{
      {header(run(1), "a", 0, 99), {{"x", 1'000'000, Sequence{99}}}},  // our own open stream
      {header(run(1), "a", 0, 2), {{"x", 6, Sequence{2}}}},            // which says x = 5 there
      {header(run(2), "c", 2, 3), {{"x", 7, Sequence{3}}}},            // of another server
      {header(run(2), "b", 0, 3), {{"x", 7, Sequence{2}}}},            // another total
      {header(run(3), "b", 0, 2), {{"x", 7, Sequence{1}}, {"x", 8, Sequence{2}}}},
      {header(run(4), "b", 0, 2), {}}};
  for (const Poison& poison : poisons) {
    const auto answer = push(a, member("b", 2), poison.about, poison.entries);
    ASSERT_FALSE(answer.body) << poison.about.stream.text() << " " << number(poison.about.through);
    EXPECT_EQ(answer.body.error().code, Errc::forbidden);
    ASSERT_EQ(answer.output.alarms.size(), 1U);
    EXPECT_EQ(answer.output.alarms[0].text.rfind("From 'b' at http://b: ", 0), 0U)
        << answer.output.alarms[0].text;
    EXPECT_EQ(a.replica.marks(), before);
    EXPECT_EQ(a.value("x"), 6);
  }
}

TEST_F(ReplicaTest, APeerThatClaimsMoreThanWeWroteIsNamedOnceAndNotBelieved) {
  Town::Server& a = town.start("a", 1);
  push(a, member("b", 2), header(run(2), "b", 0, 0), {});
  a.add("x", 5);
  const Mark claim{run(1), server("a"), Sequence{1'000'000}, Sequence{1'000'000}};
  const std::string answer = encode(Marks{member("b", 2), true, {claim}, {}, {}});
  for (int i = 0; i < 3; ++i) {
    for (const PeerRequest& request : a.replica.flush(town.now()).requests) {
      town.act(url_of("a"), a.replica.answered(town.now(), request.id, answer));
    }
  }
  EXPECT_EQ(a.replica.unshared(), 1U);
  EXPECT_FALSE(a.replica.shared());
  EXPECT_EQ(a.replica.held().peers, std::vector<Sequence>{Sequence{0}});
  EXPECT_TRUE(warned(a, "Server 'b' at http://b claims sequence 1000000"));
  EXPECT_EQ(a.warnings.size(), 1U);
}

TEST_F(ReplicaTest, WhoseShareIsRefusedIsNoMember) {
  Town::Server& a = town.start("a", 1);
  push(a, member("b", 2), header(run(1), "a", 0, 99), {{"x", 7, Sequence{99}}});
  EXPECT_TRUE(a.replica.members().peers().empty());
  push(a, member("b", 2), header(run(2), "b", 0, 1), {{"x", 7, Sequence{1}}});
  EXPECT_EQ(a.replica.members().peers().size(), 1U);
}

TEST_F(ReplicaTest, MembersAreBoundedAndTheFirstTooManyIsNamed) {
  ReplicaOptions options;
  options.most_peers = 2;
  Town::Server& a = town.start(member("a", 1), {}, options);
  for (std::uint64_t i = 2; i < 7; ++i) {
    const std::string id(1, static_cast<char>('a' + i));
    town.act(url_of("a"), push(a, member(id, i), header(run(i), id, 0, 1), {{"x", 1, Sequence{1}}}).output);
    town.act(url_of("a"), a.replica.learn(town.now(), {member(id + "-friend", 10 * i)}, {}));
  }
  EXPECT_EQ(a.replica.members().peers().size(), 2U);
  EXPECT_EQ(a.value("x"), 5) << "counts are taken all the same";
  EXPECT_EQ(a.warnings.size(), 1U);
  EXPECT_TRUE(warned(a, "Remove those that are gone"));
  push(a, member("c", 22), header(run(22), "c", 0, 1), {{"x", 1, Sequence{1}}});
  EXPECT_EQ(a.replica.members().peers().at(place_of("c")), run(22)) << "who is known may start again";
}

TEST_F(ReplicaTest, BytesThatMakeNoSenseAreMalformed) {
  Town::Server& a = town.start("a", 1);
  const auto answer = a.replica.receive_share(town.now(), "hello");
  EXPECT_EQ(answer.body.error().code, Errc::malformed);
  EXPECT_TRUE(answer.output.requests.empty());
}

TEST_F(ReplicaTest, AnAnswerThatMakesNoSenseIsNone) {
  Town::Server& a = town.start("a", 1);
  Output out = a.replica.learn(town.now(), {member("b", 2)}, {});
  ASSERT_EQ(out.requests.size(), 1U);
  out = a.replica.answered(town.now(), out.requests[0].id, std::string("hello"));
  EXPECT_TRUE(out.requests.empty());
  EXPECT_TRUE(a.replica.answered(town.now(), 12345, std::string("hello")).requests.empty()) << "never asked";
}

}  // namespace
}  // namespace tally
