"""Review titles and sentences by rating.

A review joins one to three sentences of its rating in any order, about any product, so no sentence
names a property that some goods lack, leans on another, or contradicts one beside it.
"""

from collections.abc import Iterator

TITLE_COLUMNS = ("rating", "title")
SENTENCE_COLUMNS = ("rating", "sentence")

_TITLES = {
    5: """
Absolutely love it|Exceeded my expectations|Perfect|Highly recommended|Could not be happier|Five stars
Fantastic quality|Worth every cent|Exactly what I was looking for|Best purchase this year|Superb
Brilliant|Amazing value|Love it|Would buy again|Everything I hoped for|Excellent quality|Simply great
Wonderful|So happy with this|Outstanding|Even better than described|A real favourite|Flawless
Great from start to finish|Impressed|My new favourite|Top quality|Thrilled with it
Cannot recommend it enough|Just perfect|The best I have tried|Delighted""",
    4: """
Very good|Really nice|Good quality|Happy with it|Great, with one small flaw|Good value|Almost perfect
Solid purchase|Does what it should|Pleased overall|Nice, would recommend|Better than expected|Good buy
Very satisfied|Nearly there|A good choice|Great for the price|Good, not perfect|Would recommend
Mostly great|Well made|Nice product|Four stars from me|Quite impressed|Good overall|Pleasantly surprised
Recommended|Just short of five stars|Happy customer|Good but a little pricey|Nice quality
Glad I bought it""",
    3: """
It is okay|Average|Decent|Not bad, not great|Does the job|Mixed feelings|Fine for the price
Could be better|Just okay|Acceptable|Expected a bit more|Middle of the road|Nothing special|So-so
All right|Good idea, average quality|Fair enough|Mediocre|Okay for now|Half convinced
Neither good nor bad|Some pros, some cons|Usable|Ordinary|Three stars|Room for improvement
Not sure about it|Okay, but overpriced|Meets the minimum|It will do|A bit underwhelming""",
    2: """
Disappointed|Not what I expected|Below average|Poor value|Would not buy again|Expected better|Not great
Not worth it|Lower quality than expected|Looks better in the picture|Underwhelming|Meh
Too expensive for what it is|Not for me|Rather poor|A letdown|Not convinced|Not as described
Barely acceptable|Needs a lot of improvement|Weak|Two stars at best|Disappointing quality
I had higher hopes|Not happy|Could not recommend it|Overrated|Feels cheap|Regret buying it|Unimpressed
Short of expectations""",
    1: """
Terrible|Waste of money|Very disappointed|Do not buy|Awful|Worst purchase this year|Returned it|Avoid
Completely unsatisfied|Useless|Really bad quality|Not worth a cent|One star is too many|Never again
Horrible|Sent it straight back|Unacceptable|Extremely poor|Stay away|Save your money|Bad experience
Total letdown|Regret this|Nothing like the description|Asked for a refund|Dreadful|Poor in every way
Unusable|Bitterly disappointed|What a shame|Cannot recommend|A complete waste""",
}

_SENTENCES = {
    5: """
I could not be happier with this purchase.
The quality is even better than I expected.
It arrived quickly and was very well packed.
I would buy it again without thinking twice.
Exactly as described, and just what I needed.
My family loves it too.
I have already recommended it to several friends.
Excellent value for the money.
You can tell that a lot of care went into making it.
It has become one of my favourite things.
I have compared several others, and this is the best by far.
Everything about it feels well thought out.
I bought a second one as a gift.
It looks great and it is just as good as it looks.
Delivery was faster than promised.
The customer service answered my question within an hour.
I was sceptical at first, but it won me over completely.
It is worth every cent.
I have nothing to complain about at all.
This is a brand I will come back to.
It made my day when it arrived.
I keep finding new reasons to like it.
It is a joy every single time.
The photos do not do it justice.
I rarely write reviews, but this one deserves it.
It is hard to find this level of quality at this price.
It would make a great present, too.
If you are still undecided, just get it.
Five stars without hesitation.
I wish I had bought it sooner.
It does exactly what it promises.
It has more than met my expectations.
I am very pleased with my choice.
A friend recommended it to me, and she was right.
Perfect condition on arrival.
A wonderful product from start to finish.
I was looking for something like this for a long time.
Ordering was easy and everything went smoothly.
It feels much more expensive than it is.
Even my partner, who is hard to please, is delighted.
I am going to order another one soon.
It is simply a great product.""",
    4: """
I am very satisfied overall.
It is good quality for the price.
There are small things that could be better, but nothing serious.
It arrived on time and in good condition.
I would recommend it to a friend.
It does what it promises.
It did not take long to see that it is well made.
It is carefully made and I enjoy it.
It is nearly perfect.
The description was accurate.
I only take off one star because of the packaging.
A good choice if you know what you want.
I was pleasantly surprised.
It took me a day or two to warm to it, and now I like it a lot.
It compares well with more expensive brands.
I will probably buy from this brand again.
Good value, even without a discount.
It looks slightly different from the photo, but I like it.
My sister has the same one and is happy as well.
So far I have had no problems.
It is a solid product that I am glad to own.
I would have liked a bit more information in the description.
The quality is good, with one tiny flaw that does not bother me.
Delivery was quick and easy.
Not perfect, but very close.
It was a gift, and it was well received.
My first impression was good, and it has stayed that way.
For this price I really cannot complain.
It is better than the one I had before.
I expected good quality and I got it.
Four stars because there is always room for improvement.
I like it and would choose it again.
It is just right for what I need.
The customer service was friendly and helpful.
I did not expect to like it this much.
It is a sensible purchase.
One small detail bothers me, but I can live with it.
It fits my needs very well.
Good product, fair price.
I am happy that I chose this one.
It has earned its four stars.
It makes a good impression.""",
    3: """
It is okay for the price.
It is neither great nor bad.
I expected a little more from the description.
It does the job, but nothing more.
The quality is average.
I am not sure I would buy it again.
Some things are good and some are not.
It is fine, but there are better ones.
It looks better in the photos than in real life.
I will keep it, but I am not excited about it.
It is usable, and that is about all I can say.
For a little more money you can get something better.
The idea is good, but the quality could be higher.
It was not quite what I had in mind.
I have mixed feelings about it.
It is acceptable, but not more than that.
The packaging was a bit damaged, but the contents were fine.
Nothing special, but not a bad product.
I had hoped for better quality at this price.
It is all right if you are not too demanding.
It took a while to arrive.
My first impression was better than my second.
It meets the basic requirements.
I can see why some people like it.
It would get four stars if it were cheaper.
The description leaves out a few important details.
It is hard to say whether it is worth the money.
I would wait for a discount.
It is an ordinary product at an ordinary price.
My old one was about as good.
I am neither happy nor unhappy with it.
It is good enough for now.
There is clearly room for improvement.
I might try a different brand next time.
A fair product with a few weak points.
It works for me, but it may not work for everyone.
The reviews made me expect more.
It is a compromise between price and quality.
You get what you pay for.
It is not the best, but it is not the worst either.
I gave it three stars after thinking about it for a while.
I enjoy it less than I thought I would.""",
    2: """
I am disappointed with the quality.
It is not worth the price.
I expected much more after reading the description.
It looks a lot cheaper than in the photos.
I would not buy it again.
It arrived late and the packaging was damaged.
It is poorly made.
I had hoped for something better.
It was a letdown.
There are better products for less money.
It does not live up to the promises.
I tried to like it, but I could not.
The description does not match what I received.
I only kept it because returning it was too much trouble.
It was not what I had in mind at all.
The quality control seems to be poor.
I would think twice before ordering from this brand again.
My last one was far better.
The photos are misleading.
It makes a cheap impression.
I ended up buying a different one.
It has too many weak points for this price.
It is barely acceptable.
I cannot really recommend it.
Customer service took a long time to answer.
It was supposed to be a gift, but I did not want to give it away.
It might do for someone who expects very little.
I wish I had read the other reviews first.
It is overpriced for what it is.
Two stars because it at least arrived in one piece.
It is one of those purchases you would rather forget.
I expected better from this brand.
It is not as good as it sounds.
Something about it just feels wrong.
I found several small defects.
The positive reviews surprise me.
It did not convince me.
Sadly, it is not for me.
The quality has clearly gone down since my last order.
I will look for an alternative.
It needs a lot of improvement.
I was looking forward to it and was let down.""",
    1: """
This was a complete waste of money.
I am extremely disappointed.
I sent it back straight away.
I would give it zero stars if I could.
The quality is terrible.
Please do not make the same mistake and buy something else.
It is nothing like the description.
It was already damaged when I opened the box.
I have asked for a refund.
Customer service did not answer any of my messages.
The worst purchase I have made in a long time.
I will never order from this brand again.
It is completely useless to me.
It looked as if it had been used before.
The photos have nothing to do with what I received.
I regret buying it.
It feels like the cheapest thing money can buy.
I do not want it in my home.
I cannot understand how anyone could like it.
Save your money.
It arrived late and in poor condition.
Avoid this at all costs.
It was meant to be a present, and now I have nothing to give.
Nobody can have checked this before it was shipped.
I expected a simple product and got a big problem.
I feel cheated.
It is far too expensive for such poor quality.
I have rarely been so disappointed by an order.
It failed to do the one thing it is made for.
Not even worth one star.
I ordered the wrong brand, and I have learned my lesson.
It was unusable from the first day.
There is nothing good that I can say about it.
I am still waiting for an answer to my complaint.
The description is simply not true.
I should have listened to the other reviews.
Poor quality from top to bottom.
It is a shame that something like this is sold at all.
I would not even take it for free.
My complaint was ignored.
I expected little and got even less.
I had to buy a replacement elsewhere.""",
}


def review_titles() -> Iterator[tuple[int, str]]:
    """Yield one row per title, in the order of TITLE_COLUMNS, best ratings first."""
    for rating, text in _TITLES.items():
        for title in text.strip().replace("\n", "|").split("|"):
            yield rating, title


def review_sentences() -> Iterator[tuple[int, str]]:
    """Yield one row per sentence, in the order of SENTENCE_COLUMNS, best ratings first."""
    for rating, text in _SENTENCES.items():
        for sentence in text.strip().splitlines():
            yield rating, sentence
