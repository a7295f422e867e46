"""Public statistics that figures are held against, as they were read: title, year, address and the words themselves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Something public that says a number.

    Attributes:
        title: what it is called.
        by: who says it.
        year: of the publication; where it has no date, what is known of it.
        address: where it was read.
        quote: the words that the number stands in.
    """

    title: str
    by: str
    year: str
    address: str
    quote: str


SOURCES = {
    "inc-2007": Source(
        "A World Without Bestsellers",
        "Inc. Magazine, on Brynjolfsson, Hu and Simester, Goodbye Pareto Principle, Hello Long Tail",
        "2007",
        "https://www.inc.com/magazine/20070901/a-world-without-bestsellers.html",
        "the 80 percent of products that usually get short shrift in the 80-20 world could, on the Internet, rival the "
        "sales volume of all the mainstream hits … while catalog sales adhered perfectly to the 80-20 rule, customers "
        "purchased a significantly wider variety of clothing online",
    ),
    "mccarthy-2018": Source(
        "The Pareto Rule in Marketing Revisited",
        "Daniel McCarthy and Russell S. Winer",
        "2018",
        "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=3264425",
        "an average Pareto ratio (PR) of .73, meaning that 73% of sales came from the top 20% of customers … "
        "non-subscription businesses have a PR of .68, substantially higher than that of subscription businesses "
        "at .59",
    ),
    "baymard": Source(
        "Cart Abandonment Statistics",
        "Baymard Institute",
        "undated, after 2011",
        "https://baymard.com/blog/cart-abandonment-statistics",
        "14 sources, citing an average e-commerce cart abandonment rate of 65.23% … rather large fluctuations in the "
        "reported cart abandonment rate (lowest at 55%, highest at 83%)",
    ),
    "monetate-2019": Source(
        "Ecommerce Quarterly Benchmarks for 1Q2019",
        "Monetate, as quoted by David H. Boggs",
        "2019",
        "https://davidhboggs.com/blog/research/"
        "users-of-mobile-devices-convert-at-only-of-desktop-conversion-rate-2870-thread.html",
        "55% of visits by Americans to e-commerce websites occurred on mobile phones",
    ),
    "salesforce": Source(
        "Shopping Index, first quarter",
        "Salesforce",
        "undated",
        "https://sforce.co/3HfzCw0",
        "Mobile remains the biggest traffic driver and preferred channel for placing orders, with shares of 78% and "
        "66% respectively … site search usage in visits was 6% in the first quarter, accounting for 15% of all orders "
        "globally",
    ),
    "drip": Source(
        "How Do Mobile and Desktop Conversion Rates Compare?",
        "DRIP Agency, of 117 European brands and 486 million sessions",
        "undated",
        "https://dripagency.dev/blog/mobile-vs-desktop-conversion-rates",
        "desktop converts at a 3.93% median rate while mobile converts at 2.46%. That 1.56x gap … [distribution of the "
        "ratio] P25 1.25, Median 1.56, P75 2.03",
    ),
    "screen-pages": Source(
        "Site search used by 5% of visitors: study",
        "Econsultancy, on Screen Pages",
        "undated",
        "http://econsultancy.com/blog/3044-site-search-used-by-5-of-visitors-study",
        "The search box is used by an average of 5.4% of all visitors to these websites … average conversion ratio of "
        "2.4%, against an average of 1.7%",
    ),
    "constructor": Source(
        "Study: Online product searchers often end up converting to sales",
        "Chain Store Age, on Constructor",
        "undated",
        "https://chainstoreage.com/study-online-product-searchers-often-end-converting-sales",
        "Searchers represent 41% of e-commerce traffic [general merchandise] … They also convert at two-and-a-half "
        "times the rate of consumers who visit an e-commerce site and don't search … conversion rate of 17% (nearly "
        "triple that of non-searchers at 6%) [health & beauty]",
    ),
    "compete-2011": Source(
        "It's 10PM; do you know where your shoppers are?",
        "Compete",
        "2011",
        "https://blog.compete.com/2011/04/25/it%E2%80%99s-10pm-do-you-know-where-your-shoppers-are/",
        "Visitation to most retail categories peaks in the evening hours, around 8-10PM … The lowest levels occur in "
        "the early morning hours—between 3 and 5AM",
    ),
    "oberlo": Source(
        "What Time Do People Shop Online?",
        "Oberlo",
        "undated",
        "https://www.oberlo.com/statistics/what-time-do-people-shop-online",
        "The fall in online shopping activity continues through the early hours of the day, before reaching its lowest "
        "point at 5 a.m.",
    ),
    "salecycle-2020": Source(
        "Thursday Is Busiest Period for Online Shopping",
        "ShopSafe, on SaleCycle",
        "2020",
        "https://www.shopsafe.co.uk/news/thursday-is-busiest-period-for-online-shopping/12570",
        "Thursdays typically took up around 15 per cent of all e-commerce spending, while at the other end of the "
        "spectrum were Sundays, responsible for just 12.5 per cent of purchases",
    ),
    "zanox-2007": Source(
        "Online purchases peak on Mondays",
        "just4business, on Zanox",
        "2007",
        "https://just4business.de/eu/2007/05/03/online-purchases-peak-on-mondays/",
        "16.50% of all online transactions are carried out on Mondays … 11.97% Saturday and 13.12% on Sundays",
    ),
    "pwanderson": Source(
        "Which day of the week do people shop online?",
        "P. W. Anderson, of several retail sites over nine months",
        "undated",
        "http://blog.pwanderson.com/which-day-of-the-week-do-people-shop-online/",
        "Monday 95.1, Tuesday 79.49, Wednesday 81.48, Thursday 89.25, Friday 70.51, Saturday 73.95, Sunday 100",
    ),
    "shoper": Source(
        "On Mondays, online stores earn twice as much as on Saturdays",
        "Shoper and Blue Media",
        "undated, of 2018",
        "https://investors.shoper.pl/en/press-office/na-wielkie-zakupy-ruszamy-w-poniedzialek-do-sklepow-internetowych",
        "On Mondays, online stores earn twice as much as on Saturdays, according to data from online shopping platform "
        "Shoper",
    ),
    "census-2017": Source(
        "Measuring the Holiday Shopping Season",
        "U.S. Census Bureau",
        "2017",
        "https://www.census.gov/newsroom/blogs/random-samplings/2017/11/holiday-shopping.html",
        "8.5 percent of the approximately $5.5 trillion in total retail and food services sales during 2016 was "
        "generated during November and 9.8 percent was generated in December",
    ),
    "emarketer-2012": Source(
        "Online Holiday Spending To Reach $54B",
        "The Online Seller, on eMarketer",
        "2012",
        "https://www.theonlineseller.com/2012/09/17/online-holiday-spending-to-reach-54b/",
        "online holiday spending this year will account for nearly a quarter—or about 24.3 percent—of online retail in "
        "the U.S. … that is, sales in November and December",
    ),
    "adobe-2023": Source(
        "Cyber Monday Surges to $12.4 Billion in Online Spending",
        "Adobe",
        "2023",
        "https://news.adobe.com/news/news-details/2023/"
        "media-alert-adobe-cyber-monday-surges-to-12-4-billion-in-online-spending-breaking-e-commerce-record",
        "apparel was a clear winner, with online sales growing 189% compared to an average day in October 2023. Other "
        "categories with strong demand included appliances (up 166%) and toys (up 140%), as well as furniture (up "
        "129%), electronics (up 103%), jewelry (up 99%) and sporting goods (up 95%)",
    ),
    "nrf-2022": Source(
        "Online return rates dropped in 2022, according to NRF study",
        "Digital Commerce 360, on the National Retail Federation and Appriss Retail",
        "2022",
        "https://www.digitalcommerce360.com/2022/12/15/online-return-rates-dropped-in-2022-according-to-nrf-study/",
        "Online return rates dropped to 16.5% in 2022 from 20.8% in 2021",
    ),
    "clickpost": Source(
        "Ecommerce Bounce Rate: Industry Averages",
        "ClickPost",
        "2026",
        "https://www.clickpost.ai/blog/ecommerce-bounce-rate-by-industry",
        "Retail band is 20–45%; CXL cites 45.68% for the current cross-site average",
    ),
    "contentsquare-2021": Source(
        "Two-thirds of website traffic comes from smartphones",
        "Mobile Industry Eye, on Contentsquare's Digital Experience Benchmark",
        "2021",
        "https://www.mobileindustryeye.com/news/contentsquare-two-thirds-of-website-traffic-comes-from-smartphones/",
        "almost half (49%) of mobile users bounce after viewing just one page",
    ),
    "woolf-2014": Source(
        "A Statistical Analysis of 1.2 Million Amazon Reviews",
        "Max Woolf",
        "2014",
        "http://minimaxir.com/2014/06/reviewing-reviews/",
        "More than half of the reviews give a 5-star rating. Aside from perfect reviews, most reviewers give 4-star or "
        "1-star ratings, with very few giving 2-stars or 3-stars relatively … the average review rating for "
        "newly-written reviews has varied from 3.4 to 4.2 over time",
    ),
    "castellano-2016": Source(
        "Exploratory Data visualization of Amazon fine food reviews",
        "Rob Castellano, NYC Data Science Academy",
        "2016",
        "https://nycdatascience.com/blog/student-works/exploratory-data-visualization-of-amazon-fine-food-reviews/",
        "5-star reviews constitute a large proportion (64%) of all reviews. The next most prevalent rating is "
        "4-stars(14%)",
    ),
    "powerreviews-2022": Source(
        "Ratings & Reviews Benchmarks: Review Length",
        "PowerReviews, of 25.4 million product pages",
        "2022",
        "https://ecommercefastlane.com/ratings-reviews-benchmarks-review-length/",
        "the average review is 218 characters long … longest reviews included Media/Communications/Entertainment (361 "
        "characters) … The verticals with the shortest reviews included Technology (110 characters)",
    ),
    "opensend": Source(
        "30 Supplier Delivery Time Statistics for eCommerce Stores",
        "Opensend",
        "undated, after November 2024",
        "https://www.opensend.com/post/supplier-delivery-time-statistics",
        "Average ecommerce delivery dropped from 6.5 days in 2020 to 3.7 days in November 2024",
    ),
    "statcounter-2024": Source(
        "The share of Linux exceeded 4% for the first time",
        "ITC, on StatCounter",
        "2024",
        "https://itc.ua/en/news/the-share-of-linux-exceeded-4-for-the-first-time-the-percentage-of-macos-users-is-"
        "decreasing/amp/",
        "Microsoft's operating system was installed on 72.17% of computers. Between June 2022 and June 2023, there was "
        "a drop (from 76.33% of the market share to 68.23%)",
    ),
    "statcounter-2021": Source(
        "What mobile OS has the most users worldwide?",
        "nikoismusic.com, on StatCounter and Statista",
        "undated, of 2021",
        "https://nikoismusic.com/what-mobile-os-has-the-most-users-worldwide/",
        "Mobile Operating System Market Share Worldwide – September 2021: Android 72.44%, iOS 26.75% … [North America] "
        "iOS accounted for 53.66 percent of the market",
    ),
    "capital-one": Source(
        "Most Popular Online Payment Methods",
        "Capital One Shopping, on FIS Global",
        "undated, of 2024",
        "https://capitaloneshopping.com/research/most-popular-online-payment-methods",
        "Global consumers pay for 20% of online purchases with credit cards … North American consumers used credit "
        "cards for 32% of 2024 online purchases",
    ),
    "monetate-2014": Source(
        "Q4 '13 E-Commerce: Search Still Dominates Visits; Email Retains Conversion Crown",
        "MarketingCharts, on Monetate",
        "2014",
        "http://www.marketingcharts.com/wp/online/"
        "q4-13-e-commerce-search-still-dominates-visits-email-retains-conversion-crown-41012/",
        "search accounted for 32.6% of website visits, up from 29.8% a year earlier … The conversion rate of email "
        "traffic in Q4 – 3.84% – outperformed the comparable rates for search (2.23%) and social (0.74%)",
    ),
    "promofill": Source(
        "Organic Search Generates Almost 50% of Visits in all Industries",
        "Promofill, of 30 sites and 310 million visits",
        "undated",
        "https://promofill.com/?p=2768",
        "the online retail, education and consumer electronics sectors … 53% to 56% of ecommerce traffic originated "
        "from organic search",
    ),
    "monetate-2012": Source(
        "Social lags search and email in driving ecommerce conversions, revenue",
        "GigaOM, on Monetate",
        "2012",
        "https://old.gigaom.com/2012/08/10/social-lags-search-and-email-in-driving-ecommerce-conversions-revenue/",
        "email was the leader in conversions to sales in the second quarter of this year, with 4.25 percent, ahead of "
        "search at 2.49 percent and social at 0.59 percent",
    ),
    "monetate-2013": Source(
        "E-commerce Benchmarks: Email Conversion Rates Drop in 2Q13",
        "MarketingProfs, on Monetate",
        "2013",
        "http://www.marketingprofs.com/charts/2013/11664/"
        "e-commerce-benchmarks-email-referral-traffic-and-conversion-rates-drop-in-q2",
        "The average conversion rate from email for e-commerce websites dropped in the second quarter of 2013, falling "
        "to 3.34% … the conversion rate of social increased (0.79% this year compared with 0.62% in the same quarter "
        "last year)",
    ),
}
"""By a short name."""
