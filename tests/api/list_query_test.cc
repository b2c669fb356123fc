#include "api/list_query.h"

#include <gtest/gtest.h>

#include "api/uri.h"
#include "tests/api/random_text.h"

namespace tally {
namespace {

TEST(ListQuery, HasDefaults) {
  EXPECT_EQ(read_list_query("").value(), ListQuery());
  EXPECT_EQ(read_list_query("client=red&prefix=").value(), ListQuery());
  EXPECT_EQ(list_target({}), "/v1/counters");
}

TEST(ListQuery, ReadsEveryParameter) {
  const auto list = read_list_query("prefix=a+b%2F&order=-value&limit=1000").value();
  EXPECT_EQ(list, (ListQuery{"a b/", ListOrder::by_value_down, 1000, {}}));
  EXPECT_EQ(read_list_query("order=name&limit=1").value(), (ListQuery{"", ListOrder::by_name, 1, {}}));
}

TEST(ListQuery, RefusesWhatAParameterCannotBe) {
  for (const char* query : {"order=value",
                            "order=",
                            "order=-name",
                            "limit=0",
                            "limit=1001",
                            "limit=-1",
                            "limit=+1",
                            "limit=",
                            "limit=1.0",
                            "limit=99999999999",
                            "limit=5&limit=6",
                            "Limit=5",
                            "prefix=a&prefix=b",
                            "after=",
                            "after=x",
                            "after=6",
                            "after=zz",
                            "after=616161",
                            "after=-1-1",
                            "order=-value&after=6e61",
                            "after=7620",
                            "order=-value&after=76",
                            "order=-value&after=7678"}) {
    const auto list = read_list_query(query);
    ASSERT_FALSE(list) << query;
    EXPECT_EQ(list.error().code, Errc::invalid) << query;
  }
  EXPECT_EQ(read_list_query("prefix=%").error().code, Errc::malformed);
}

TEST(ListQuery, ReadsBackAsItWasWritten) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    ListQuery list;
    if (random.chance(50)) list.prefix = random_name(random);
    if (random.chance(50)) list.order = ListOrder::by_value_down;
    list.limit = 1 + static_cast<std::uint32_t>(random.below(kMaxPage));
    if (random.chance(50)) {
      const bool by_value = list.order == ListOrder::by_value_down;
      const auto value = static_cast<Int128>(static_cast<std::int64_t>(random())) * 1000;
      list.after = ListPosition{random_name(random), by_value ? value : 0};
    }
    EXPECT_EQ(read_list_query(split_target(list_target(list)).query).value(), list) << list_target(list);
  }
}

TEST(Cursor, NeedsNoEncodingInAUrl) {
  const std::string cursor = cursor_text(ListOrder::by_value_down, {"a&b c/%é", -7});
  EXPECT_EQ(cursor.find_first_not_of("0123456789abcdef"), std::string::npos);
  const auto list = read_list_query("order=-value&after=" + cursor).value();
  EXPECT_EQ(list.after.value(), (ListPosition{"a&b c/%é", -7}));
}

}  // namespace
}  // namespace tally
