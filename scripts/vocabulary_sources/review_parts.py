"""What reviews and pages of goods are put together from: sentences by part, and what there is to say about kinds.

Sentences agree with what is bought, which may be one thing (a kettle), several (headphones) or a stuff (olive oil):
``{This} {noun} {is} …, and {it} look{s} …`` reads "This kettle is …, and it looks …" or "These headphones are …, and
they look …". ``{a}`` and ``{an}`` stand for an article, with its blank, where there is one. ``{brand}`` and ``{color}``
are those of the product, one of them in a sentence at the most and only in openings; ``{noun}`` stands in openings and
titles, never first. Openings and closings must suit everything, from a bicycle to a jar of mustard.
"""

from collections.abc import Iterator

PART_COLUMNS = ("part", "category", "subcategory", "rating", "text")
ASPECT_COLUMNS = ("category", "subcategory", "kinds", "aspect", "number", "mood", "words", "has_degrees")

_TITLES = {
    5: """
{A}great {noun}|The best {noun} I have had|I love {this} {noun}|Very happy with the {noun}|{A}perfect {noun}
{A}wonderful {noun}|{This} {noun} {is} worth it|Finally {a}good {noun}|{An}excellent {noun}|What {a}lovely {noun}""",
    4: """
{A}good {noun}|{A}very good {noun}|Good value for {a}good {noun}|{A}solid {noun}|{A}nearly perfect {noun}
Pleased with the {noun}|{A}good {noun}, fair price|Would choose {this} {noun} again""",
    3: """
{An}average {noun}|The {noun} {is} okay|{A}decent {noun}, no more|Mixed feelings about the {noun}
Expected more of the {noun}|{An}ordinary {noun}|Not sure about {this} {noun}""",
    2: """
{A}disappointing {noun}|Not happy with the {noun}|{This} {noun} let me down|{A}rather poor {noun}
Expected {a}better {noun}|Would not buy {this} {noun} again""",
    1: """
The worst {noun} I have had|{A}terrible {noun}|Do not buy {this} {noun}|Stay away from {this} {noun}
{A}useless {noun}|Sent the {noun} back|Zero stars for {this} {noun}""",
}

_OPENINGS = {
    5: """
I am delighted with {this} {noun}.
{This} {noun} {is} exactly what I was looking for.
I could not be happier with {this} {noun}.
{This} {noun} from {brand} {is} even better than I expected.
The {noun} {has} exceeded all my expectations.
What {a}great {noun}!
{This} {is} by far the best {noun} I have had.
{A}great {noun}, and I do not say that lightly.
I ordered the {noun} from {brand} and I am thrilled.
After reading many reviews I chose the {noun} from {brand}, and I was right.
I chose the {noun} in {color}, and {it} look{s} even better than in the photos.
The {noun} in {color} {is} simply beautiful.
Everybody in the family loves the new {noun}.
I had high hopes for {this} {noun}, and they were all met.
Finally {a}good {noun}!
{This} {noun} {is} worth every cent.
I have already recommended {this} {noun} to all my friends.
Five stars for {this} {noun} without hesitation.
The {noun} arrived well packed and {is} just perfect.
I was unsure at first, but {this} {noun} won me over.
~My sister has the same {noun}, so I knew what to expect, and I love {them}.
I rarely write reviews, but {this} {noun} {deserves} one.
This is my third order from {brand}, and the {noun} {is} the best so far.
~I treated myself to {this} {noun} and have not regretted it.
Simply {a}wonderful {noun}.
~The photos do not do {this} {noun} justice.
~I did not know how much I needed {this} {noun}.
{Brand} has done it again: {this} {noun} {is} fantastic.""",
    4: """
I am very satisfied with {this} {noun}.
{This} {is} {a}good {noun} for the price.
{A}solid {noun}, nearly perfect.
The {noun} from {brand} {does} what {it} promise{s}.
I like {this} {noun} a lot, with one small reservation.
The {noun} in {color} look{s} good, if a little different from the photo.
All in all {a}very good {noun}.
{This} {noun} {is} better than what I had before.
~It took me a day or two to warm to {this} {noun}, and now I am glad to have {them}.
The {noun} arrived on time and in good condition.
I expected good quality from {brand}, and {this} {noun} {does} not disappoint.
I would choose {this} {noun} again.
~{This} {noun} compare{s} well with more expensive ones.
Not the very best {noun} in the world, but close.
My first impression of {this} {noun} was good, and it has stayed that way.
A friend told me about {this} {noun}, and she was right.
Good value, {this} {noun} from {brand}.
For this price I really cannot complain about the {noun}.
I was looking for something simple and found {this} {noun}.
I am happy that I picked the {noun} in {color}.
{A}sensible choice, {this} {noun}.
I only take off one star because {this} {noun} took a while to arrive.
~I ordered {this} {noun} as a present, and {it} {was} well received.
~{This} {noun} from {brand} {is} well made.""",
    3: """
{This} {noun} {is} all right, nothing more.
I have mixed feelings about {this} {noun}.
{An}ordinary {noun} at an ordinary price.
The {noun} from {brand} {is} neither great nor bad.
I expected a little more from {this} {noun}.
~{This} {noun} {does} the job, but I am not excited.
The {noun} in {color} look{s} better in the photos than in real life.
{A}decent {noun}, but I have had better.
For this price I had hoped for {a}better {noun}.
{This} {noun} {is} good enough for now.
I can see why some people like {this} {noun}, but I am not quite convinced.
I am still not sure what to think of {this} {noun}.
The description of {this} {noun} leaves out a few important details.
{This} {noun} {is} fine if you are not too demanding.
I will keep the {noun}, but I will not order from {brand} again.
Somewhere between two and four stars, {this} {noun}.
~The idea behind {this} {noun} is good, the result could be better.
The reviews made me expect more from {this} {noun}.""",
    2: """
I am disappointed with {this} {noun}.
{This} {noun} {is} not worth the price.
I expected much more from {brand} than {this} {noun}.
Unfortunately {this} {noun} {is} not what was described.
The {noun} in {color} look{s} nothing like the photo.
I would not buy {this} {noun} again.
I wanted to like {this} {noun}, but I could not.
My last {noun} {was} far better.
{A}rather poor {noun}, I am sorry to say.
{This} {noun} {was} a letdown.
The {noun} arrived late, and that was not the only problem.
I had read good things about {brand}, but {this} {noun} did not convince me.
I only kept the {noun} because sending {them} back was too much trouble.
Two stars because the {noun} at least arrived in one piece.
It makes me a little angry to have paid so much for {this} {noun}.
{This} {noun} {is} not as good as the reviews say.
I cannot really recommend {this} {noun}.""",
    1: """
{This} {noun} {is} a complete waste of money.
Stay away from {this} {noun}.
I am extremely disappointed with {this} {noun}.
I sent the {noun} straight back.
I have rarely seen such {a}poor {noun}.
The {noun} {was} already damaged when I opened the box.
{This} {is} the worst {noun} I have ever bought.
I would give {this} {noun} zero stars if I could.
I expected more of {brand}: {this} {noun} {is} terrible.
The {noun} in {color} that I received {is} not the color I ordered.
I regret buying {this} {noun}.
Do not buy {this} {noun}, save your money.
After {this} {noun} I will never order from {brand} again.
I do not understand how anybody can like {this} {noun}.
{This} {noun} {has} nothing to do with the description.
I have asked for a refund for {this} {noun}.
How can {brand} sell such {a}bad {noun}?""",
}

_CLOSINGS = {
    5: """
I would buy {them} again without thinking twice.
Highly recommended.
I cannot find anything to complain about.
If you are still undecided, just get {them}.
I wish I had bought {them} sooner.
Delivery was fast as well.
Thank you to the shop for the quick delivery.
Worth the money, every bit of it.
~I am going to order more as presents.
~{It} would make a great present, too.
My partner, who is hard to please, is delighted as well.
I would give six stars if I could.
You will not regret it.
I have nothing but good things to say.
The next order is already on its way.
That is how it should be.
I keep telling everyone about {them}.
I will gladly come back to this shop.""",
    4: """
I would recommend {them} to a friend.
Good value, even without a discount.
One star off for the packaging.
So far I have had no problems.
Delivery was quick and easy.
Not perfect, but very close.
I will probably buy from this brand again.
I am happy with my choice.
For the price that is more than fair.
There is always a little room for improvement.
Everything else is as described.
I would have liked a bit more information on the product page.
The customer service was friendly and helpful, by the way.
I can live with that.
Four well-earned stars.""",
    3: """
I am not sure I would buy {them} again.
You get what you pay for.
I would wait for a discount.
Next time I might try a different brand.
~{It} work{s} for me, but may not work for everyone.
For a little more money you can get something better.
Three stars seem fair.
There is clearly room for improvement.
{It} would get four stars if the price were lower.
I have seen worse, and I have seen better.
The packaging was a bit damaged, too.
Make up your own mind.""",
    2: """
I will look for an alternative.
I would not order {them} again.
There are better products for less money.
I wish I had read the other reviews first.
Customer service took a long time to answer.
Think twice before you order.
~{It} {was} meant as a present, and now I need another one.
For this price that is not acceptable.
~The photos are misleading, too.
I expected better.
Maybe I was unlucky.
The positive reviews surprise me.""",
    1: """
Save your money.
I want my money back.
Avoid at all costs.
Never again.
Nobody can have checked {them} before shipping.
Customer service did not answer any of my messages.
I had to buy a replacement elsewhere.
I should have listened to the other reviews.
Not even worth one star.
I am still waiting for an answer to my complaint.
A shame that something like this is sold at all.
I have learned my lesson.""",
}

# With two aspects of a thing, the first good or bad, and the second; {is} goes with the first, {are} with the second.
# Those with a circumflex only suit what comes in degrees: so clear, but not so perfect.
_FRAMES = {
    5: """
The {first} {is} {good}.
^The {first} {is} wonderfully {good}.
What I like most: the {first} {is} {good}.
^I was surprised how {good} the {first} {is}.
The {first} {is} {good}, and the {second} {are} {good2}.
^I did not expect the {first} to be so {good}.
^I have tried quite a few, and nowhere else {is} the {first} so {good}.
What convinced me in the end: the {first} {is} {good}, and the {second} {are} {good2}, too.
My expectations were high, and still the {first} {is} better than I had hoped.
You notice at once that the {first} {is} {good}.
The {first} alone would be reason enough to come back.
The {first} {is} {good}, the {second} {are} {good2}, and there is nothing left to wish for.""",
    4: """
The {first} {is} {good}.
The {first} {is} {good}, especially for the price.
The {first} {is} {good}, only the {second} could be better.
^The {first} {is} pleasantly {good}.
The {first} {is} {good}, the {second} could be improved.
The {first} {is} {good}, and that is what matters to me.
The {first} {is} {good}, and apart from the {second} I have found little to complain about.
I especially like that the {first} {is} {good}.
I had read about the {second}, but as long as the {first} {is} {good} I do not mind.""",
    3: """
The {first} {is} {good}, but the {second} {are} {bad2}.
The {first} {is} fine, the {second} less so.
I like that the {first} {is} {good}, but the {second} could be better.
The {first} could be better.
^The {first} {is} a bit {bad}, but the {second} {are} {good2}.
The {first} {is} nothing special.
On the one hand the {first} {is} {good}, on the other hand the {second} {are} {bad2}.
I would have liked the {first} to be better, although the {second} {are} {good2}.""",
    2: """
The {first} {is} {bad}.
^The {first} {is} rather {bad}.
The {first} {is} {bad}, and the {second} {are} not much better.
^I do not like that the {first} {is} so {bad}.
^I could live with a lot, but not with a shop where nobody notices that the {first} {is} so {bad}.
The product page promised a lot, but the {first} {is} {bad}.
It starts with the {first}, which {is} {bad}, and does not get better from there.
The {first} {is} {good}, but the {second} {are} {bad2}.""",
    1: """
The {first} {is} {bad}.
The {first} {is} simply {bad}.
The {first} {is} {bad}, and the {second} {are} {bad2}.
^I have no idea why the {first} {is} so {bad}.
Do not let the product page fool you: the {first} {is} {bad}.
I looked twice, and yes, the {first} {is} {bad} and the {second} {are} {bad2}.
^I could not believe that the {first} {is} so {bad}.
Where shall I start: the {first} {is} {bad}, and the {second} {are} {bad2}.""",
}

# What the shop's own page says, in the same way; {verb} goes with the first aspect.
_PAGES = """
The {first} {verb} {good}, and the {second} {are} {good2}.
{This} {noun} win{s} you over: the {first} {verb} {good}.
What customers like about {this} {noun}: the {first} {verb} {good}, the {second} {are} {good2}.
{A}fine {noun}: the {first} {verb} {good}, the {second} {are} {good2}.
You will notice it at once: the {first} of {this} {noun} {verb} {good}."""

# What people do with it; by category, or by subcategories, and whether they are happy (+), so-so (=) or not (-).
_USES = """
# Electronics
+ I use {them} every day and have had no trouble.|{It} work{s} right out of the box.|{It} do{es} all that I need.
+ A present for my son, who is thrilled.|My brother wants the same now.
= {It} do{es} what {it} should, most of the time.|Good enough for the second room.|After a week I am still undecided.
- {It} stopped working after a few days.|The support only sent me a list of questions.
- I could not get {them} to work properly.
- After an hour of trying I gave up.
# Electronics / Audio+Computers & Tablets+TV & Home Cinema+Cameras+Smart Home & Storage
+ Setting {them} up took five minutes.|My father, who is not good with technology, gets along with {them} as well.
= Setting {them} up took longer than I thought.|The manual could be clearer.
- {It} get{s} far too warm.
# Electronics / Audio
+ I listen to music every evening now.|My podcasts have never sounded better.|My old songs sound new again.
- I hear a constant hum.|Voices are hard to understand.
# Electronics / Computers & Tablets
+ I use {them} for work and for a film in the evening.|Perfect for my home office.
+ My daughter uses {them} for her studies and is very happy.
- I need {them} for work and cannot rely on {them}.
# Electronics / Phones & Accessories
+ {It} come{s} with me wherever I go.|I have one at home and one at the office now.|Ideal for travelling.
- {It} already let me down on my first trip.
# Electronics / TV & Home Cinema
+ Film nights are much more fun now.|We watched the final with friends, and everybody was impressed.
- Film night had to wait.
# Electronics / Cameras
+ I took {them} along on a short trip and came home happy.|Even my first attempts turned out well.
- I missed half of my holiday pictures because of {them}.
# Electronics / Smart Home & Storage
+ Everything connected at the first attempt.|I hardly notice {them}, and that is how it should be.
- I had to restart everything three times.
# Clothing
+ I get a lot of compliments.|{It} go{es} with almost everything I own.|I ordered a second color right away.
+ My best friend wants the same now.
= All right for around the house, not for going out.|Nice, but nothing I will wear often.
- {It} look{s} worn out already.|The color is completely different from the photo.
# Clothing / Tops+Trousers & Skirts+Dresses & Suits+Outerwear
+ I have worn {them} nearly every day since.|After the first wash {it} still look{s} like new.
+ My usual size was just right.
= {It} run{s} a little small, so order a size up.|{It} run{s} a little large, but I kept {them}.
= After the first wash the color is not quite the same.
- After the first wash I could throw {them} away.|A seam came open on the second day.
- I ordered my usual size, and {it} do{es} not fit at all.
# Clothing / Shoes
+ I walked all day and had no blisters.|Comfortable from the first step.|My usual size was just right.
= {It} run{s} a little small, so order a size up.|{It} run{s} a little large, but thick socks help.
- I had blisters after half an hour.|The sole came off on the second day.
# Clothing / Outerwear
+ I stayed warm and dry on a windy day at the coast.|Just right for cool mornings.
- A little wind is enough, and I am cold.
# Clothing / Accessories
+ A present for my brother, who uses {them} all the time.|I use {them} nearly every day.
- Not even good enough as a present.
# Home & Kitchen
+ We use {them} every day.|A present for our neighbors, and they love {them}.
+ I should have replaced my old {one} long ago.
= Fine for a small household.|{It} {is} a bit smaller than I thought.|Good enough for a holiday flat.
- {It} {was} broken after a week.|I will not use {them} when guests are here.
# Home & Kitchen / Cookware+Tableware+Furniture & Decor
- There was a crack when I unpacked the box.
# Home & Kitchen / Tableware+Furniture & Decor+Bedding & Textiles
+ Our guests asked where {it} {is} from.|{It} fit{s} our home perfectly.
# Home & Kitchen / Bedding & Textiles+Furniture & Decor+Storage & Cleaning
- {It} smelled odd for days.
# Home & Kitchen / Cookware
+ I cook more often than before.|Sunday dinner has become much easier.
- A few dinners, and {it} looked ten years old.
# Home & Kitchen / Small Appliances
+ Housework takes half the time now.|Even my son uses {them} without being asked.
- {It} make{s} so much noise that I wake the whole house.
# Home & Kitchen / Tableware
+ Our Sunday table looks much better now.
- One dinner with friends, and the first chip was there.
# Home & Kitchen / Bedding & Textiles
+ The room looks like new.|Washed twice already, and still as good as new.
- After the first wash there was lint everywhere.
# Home & Kitchen / Furniture & Decor
+ The living room looks like new.|Putting everything in place took ten minutes.
= It took a while until everything was in place.
- {It} wobble{s}, and no tool in my house could help.
# Home & Kitchen / Storage & Cleaning
+ Finally there is some order at home.
- {It} did not survive the first week in a house with children.
# Sports
+ Just what I needed to get started again.|My training partner wants the same now.
= Fine for now and then, too simple for regular use.|Good enough for beginners.
- I nearly hurt myself.|Not for anybody who is serious about sport.|{It} did not survive the first outing.
# Sports / Fitness+Running+Team Sports
+ I train three times a week now.|Even our coach was impressed.|I look forward to every session.
# Sports / Cycling+Outdoor & Camping
+ A weekend in the rain left no trace.
# Sports / Fitness
+ My morning workout is fun again.|My gym has the same.
- I went back to the gym after two tries.
# Sports / Running
+ My first ten kilometers felt easy.|I forget that I have {them} on.
- After five kilometers I had to stop.
# Sports / Cycling
+ I ride to work every day, and the trip is much nicer now.
- I had to push my bike home.
# Sports / Team Sports
+ Our whole team has the same now.|The kids are outside every afternoon.
- One match, and that was it.
# Sports / Outdoor & Camping
+ We were in the mountains for a week, and everything went well.|One stormy night in the hills was the best test.
- The first night in the rain was the last one, too.
# Sports / Racket & Water Sports
+ A weekend at the lake was enough to convince me.
- Our weekend at the lake was spoiled.
# Beauty
+ I use {them} every morning.|My daughter keeps borrowing {them}.|My bathroom shelf has a new favorite.
= I do not see much of a difference yet.|Nice, but I expected more.
- I had to stop after two days.|I gave the rest away.
# Beauty / Skincare+Bath & Body
+ My skin has never felt better.|I have sensitive skin and no problems at all.|A little goes a long way.
= A small amount is used up quickly.
- My skin turned red after the first use.|I see no effect at all.
# Beauty / Makeup
+ Everything stays in place from morning to night.|Colleagues asked me what I had done.
- By lunchtime nothing was left of it.
# Beauty / Hair Care
+ My hair feels soft and looks healthy.|Even my hairdresser noticed.
- My hair looked worse than before.
# Beauty / Fragrance
+ I am asked about the scent all the time.|Just right for autumn evenings.
- The scent was gone after an hour.|It gave me a headache.
# Beauty / Bath & Body
+ Just the thing after a long day.
- My skin itched all evening.
# Beauty / Shaving & Grooming
+ I have not had such a good shave in years.|No cuts and no burning.
- I have cut myself twice.
# Books
+ I have already lent {them} to a friend.|I bought a second copy as a present.
+ {It} now stand{s} in the front row of my shelf.
= Good in parts.|I may come back to {them} later.
- Several pages were missing.|The binding came apart in my hands.
# Books / Fiction+Non-Fiction+Comics
+ I read {them} in two evenings.|I could not stop reading.|Perfect company on a long train ride.
= The beginning is slow, but it gets better.|I skipped a chapter here and there.
- I gave up after fifty pages.|I kept falling asleep.|I had to force myself to finish {them}.
# Books / Children's Books
+ We read {them} every evening before bed.|My daughter knows half of {them} by heart already.
- My children lost interest after three pages.
# Books / Food & Drink
+ I have tried six ideas so far, and all of them worked.
- Two attempts, two failures.
# Books / Learning
+ I finally understand what my teachers never got across.|I do a chapter every evening.
- The answers at the back are wrong in places.
# Toys
+ My son has played with {them} every day since.|The children were busy for hours.|Even the grown-ups join in.
+ A birthday present that was a real success.|Our kindergarten wants to have the same.
= Fun for a day or two.|The children like {them}, the parents a little less.|Rather for younger children than it says.
- {It} broke within an hour.|My daughter cried because {it} broke on her birthday.
- The children did not look at {them} twice.
# Toys / Building Toys+Games & Puzzles+Creative & Learning
- Parts were missing.
# Toys / Games & Puzzles
+ Our new favorite for rainy Sundays.|Grandma wins every time.
- The second evening was already boring.
# Toys / Outdoor Play
+ We have spent every dry afternoon outside since.
- One afternoon outdoors, and that was that.
# Grocery
+ The whole family likes {them}.|I always keep some in the pantry now.|I have ordered again already.
+ You can taste that somebody cares.|My neighbor asked me where I buy {them}.
= I have had better, and I have had worse.|Fine for every day.|The pack could be bigger for the price.
- I threw half of {them} away.|The best-before date was only days away.|The pack was open when it arrived.
# Grocery / Breakfast & Spreads+Snacks & Sweets+Drinks
+ Gone within two days.|Even the children ask for more.
# Grocery / Breakfast & Spreads
+ Breakfast is not the same without {them}.
- Not even my children would have {them} for breakfast.
# Grocery / Coffee & Tea
+ My morning starts with {them}.|One cup in the afternoon, and I am happy.
- One cup was enough.
# Grocery / Drinks
+ Best served very cold.|Nice with ice on a warm day.
- I poured most of it away.
# Grocery / Snacks & Sweets
+ Hard to stop once you have started.|Perfect for film nights.
- Mine had gone stale.
# Grocery / Pantry
+ I cook with {them} every week.
- My dinner was ruined.
# Grocery / Spices & Condiments
+ A pinch makes a simple dinner something special.
- I might as well have used nothing.
"""

# What people judge: aspect | good | bad, an asterisk where the aspect is several; after `@` only of these kinds.
_ASPECTS = """
# Electronics / Audio
sound|clear and balanced;warm and detailed|thin and tinny;muffled
controls*|simple;easy to find in the dark|fiddly;confusing
build quality|solid;reassuring|cheap;flimsy
design|elegant;timeless|dated;clumsy
@Wireless Headphones,Bluetooth Earbuds: fit|comfortable;snug|uncomfortable;loose
@Wireless Headphones,Bluetooth Earbuds,Bluetooth Speaker: battery|strong;long-lasting|weak;unreliable
@Bluetooth Speaker,Soundbar: bass|deep;powerful|weak;boomy
@Clock Radio: display|easy to read|far too bright
@Studio Microphone: recordings*|clear;natural|noisy;dull
# Electronics / Computers & Tablets
build quality|solid;excellent|cheap;poor
design|slim and elegant;well thought out|clumsy;dated
price|fair;low for what you get|far too high;hard to justify
@Laptop,Tablet,Computer Monitor: screen|sharp and bright;brilliant|dark;blurry
@Laptop,Tablet: battery|strong;long-lasting|weak;empty by noon
@Laptop,Tablet: speed|impressive;high|low;disappointing
@Mechanical Keyboard: keys*|precise;pleasantly quiet|stiff;loud
@Ergonomic Mouse: shape|comfortable;just right for my hand|awkward;too small for my hand
@Webcam: picture|sharp;bright|grainy;dark
@USB Hub: ports*|fast;reliable|slow;loose
# Electronics / Phones & Accessories
quality|excellent;high|poor;low
design|slim;neat|bulky;clumsy
price|fair;reasonable|too high;hard to justify
@Smartphone: camera|excellent;sharp even at night|poor;blurry
@Smartphone,Power Bank: battery|strong;long-lasting|weak;unreliable
@Phone Case: fit|tight;perfect|loose;poor
@Power Bank,Wireless Charger,Charging Cable: charging speed|high;impressive|low;disappointing
@Phone Tripod: legs*|sturdy;stable|wobbly;weak
# Electronics / TV & Home Cinema
quality|excellent;high|poor;low
setup|quick;simple|complicated;slow
design|discreet;elegant|clumsy;dated
@Television,Home Projector: picture|bright and sharp;brilliant|dull;blurry
@Television,Streaming Box: menu|clear;quick|slow;confusing
@Universal Remote: buttons*|easy to feel;well laid out|tiny;stiff
@TV Wall Mount: screws*|strong;of good quality|too short;soft
# Electronics / Cameras
quality|excellent;high|poor;low
workmanship|solid;first-class|sloppy;cheap
price|fair;reasonable|too high;hard to justify
@Mirrorless Camera,Action Camera,Instant Camera,Security Camera,Camera Lens: pictures*|sharp;rich in detail|blurry;pale
@Mirrorless Camera,Action Camera,Instant Camera: handling|easy;intuitive|awkward;complicated
@Camera Bag: compartments*|well padded;practical|too small;badly arranged
# Electronics / Smart Home & Storage
quality|excellent;high|poor;low
setup|quick;simple|complicated;slow
design|discreet;neat|clumsy;dated
@Smart Speaker,Smart Plug,Smart Thermostat,Video Doorbell: app|clear;easy to use|slow;full of bugs
@Wi-Fi Router: range|wide;impressive|short;poor
@External Hard Drive,Memory Card: speed|high;impressive|low;disappointing
# Clothing / Tops
fabric|soft;pleasant on the skin|scratchy;thin
fit|flattering;comfortable|odd;tight
color|rich;just like in the photo|dull;faded
seams*|neat;strong|sloppy;crooked
# Clothing / Trousers & Skirts
fabric|soft;sturdy|stiff;thin
fit|flattering;comfortable|odd;tight
waistband|comfortable;just right|tight;loose
seams*|neat;strong|sloppy;crooked
# Clothing / Dresses & Suits
fabric|soft;flowing|stiff;thin
cut|flattering;elegant|odd;shapeless
color|rich;just like in the photo|dull;faded
lining|smooth;well sewn|scratchy;badly sewn
# Clothing / Outerwear
material|warm and light;sturdy|thin;stiff
cut|flattering;comfortable|odd;boxy
zips and buttons*|sturdy;smooth|flimsy;stiff
pockets*|deep;practical|tiny;useless
# Clothing / Shoes
soles*|sturdy;well cushioned|hard;thin
fit|comfortable;perfect|tight;odd
material|soft;sturdy|stiff;cheap
workmanship|neat;excellent|sloppy;poor
# Clothing / Accessories
material|soft;of high quality|stiff;cheap
workmanship|neat;excellent|sloppy;poor
color|rich;just like in the photo|dull;faded
price|fair;reasonable|too high;hard to justify
# Home & Kitchen / Cookware
handling|easy;pleasant|awkward;difficult
quality|excellent;high|poor;low
surface|smooth;easy to clean|rough;hard to clean
@Frying Pan,Saucepan,Cast Iron Casserole: heat distribution|even;excellent|uneven;poor
@Chef's Knife: blade|sharp;well balanced|blunt;soft
@Frying Pan,Saucepan,Chef's Knife: handle|sturdy;comfortable|loose;slippery
# Home & Kitchen / Small Appliances
handling|simple;intuitive|complicated;awkward
workmanship|solid;first-class|sloppy;cheap
noise|low;hardly worth mentioning|loud;unbearable
cleaning|easy;quick|tedious;difficult
@Coffee Maker: coffee|hot and strong;excellent|lukewarm;weak
@Vacuum Cleaner: suction|strong;impressive|weak;poor
# Home & Kitchen / Tableware
design|elegant;timeless|dated;clumsy
quality|excellent;high|poor;low
finish|smooth;flawless|rough;uneven
@Dinner Plate Set,Coffee Mug,Serving Bowl: glaze|even;beautiful|uneven;full of spots
@Wine Glass Set,Water Carafe: glass|clear;pleasantly thin|cloudy;thick
# Home & Kitchen / Bedding & Textiles
fabric|soft;thick|scratchy;thin
color|rich;just like in the photo|dull;faded
seams*|neat;strong|sloppy;crooked
size|just right;as stated|wrong;smaller than stated
# Home & Kitchen / Furniture & Decor
quality|excellent;high|poor;low
design|elegant;timeless|clumsy;dated
finish|smooth;flawless|rough;full of scratches
@Bookshelf,Bedside Table,Dining Chair: assembly|quick;simple|tedious;confusing
@Table Lamp: light|warm;pleasant|cold;harsh
@Woven Rug: pile|soft;dense|thin;scratchy
# Home & Kitchen / Storage & Cleaning
quality|excellent;high|poor;low
size|just right;generous|too small;smaller than stated
handling|easy;practical|awkward;difficult
@Food Container Set: lids*|tight;easy to open|leaky;hard to close
@Shoe Rack,Ironing Board: frame|stable;sturdy|wobbly;crooked
# Sports / Fitness
grip|firm;pleasant|slippery;poor
quality|excellent;high|poor;low
material|sturdy;pleasant to touch|thin;smelly
@Exercise Bike: saddle|comfortable;easy to adjust|hard;loose
# Sports / Running
fit|comfortable;perfect|tight;odd
material|light;breathable|stiff;thin
workmanship|neat;excellent|sloppy;poor
@Running Shoes: soles*|well cushioned;sturdy|hard;thin
@Headlamp: light|bright;even|weak;flickering
# Sports / Cycling
quality|excellent;high|poor;low
workmanship|solid;first-class|sloppy;poor
price|fair;reasonable|too high;hard to justify
@Road Bike,Mountain Bike: brakes*|strong;reliable|weak;loud
@Road Bike,Mountain Bike: gears*|precise;smooth|rough;badly adjusted
@Cycling Helmet,Cycling Jersey: fit|comfortable;perfect|tight;odd
# Sports / Team Sports
quality|excellent;high|poor;low
material|sturdy;pleasant to touch|thin;stiff
workmanship|neat;first-class|sloppy;poor
@Football,Basketball,Volleyball: bounce|even;just right|uneven;weak
@Goalkeeper Gloves: grip|firm;excellent|poor;slippery
# Sports / Outdoor & Camping
quality|excellent;high|poor;low
weight|low;pleasantly low|high;too high for long tours
workmanship|solid;first-class|sloppy;poor
@Dome Tent,Sleeping Bag,Trekking Backpack: zips*|smooth;sturdy|stiff;flimsy
@Trekking Backpack: straps*|well padded;comfortable|hard;thin
@Insulated Bottle: lid|tight;easy to open|leaky;stiff
# Sports / Racket & Water Sports
quality|excellent;high|poor;low
workmanship|solid;first-class|sloppy;poor
price|fair;reasonable|too high;hard to justify
@Tennis Racket,Table Tennis Bat: balance|perfect;pleasant|poor;strange
@Swimming Goggles,Swimsuit: fit|comfortable;perfect|tight;poor
# Beauty / Skincare
texture|light;silky|greasy;sticky
scent|subtle;fresh|strong;unpleasant
effect|visible;impressive|disappointing;hardly visible
packaging|elegant;practical|leaky;impractical
# Beauty / Makeup
color|rich;natural|patchy;pale
texture|smooth;light|crumbly;sticky
coverage|even;excellent|poor;uneven
packaging|elegant;practical|flimsy;impractical
# Beauty / Hair Care
effect|visible;impressive|disappointing;hardly visible
quality|excellent;high|poor;low
price|fair;reasonable|too high;hard to justify
@Shampoo,Conditioner,Hair Mask,Hair Oil: scent|subtle;fresh|strong;unpleasant
@Hair Dryer: airflow|strong;pleasantly warm|weak;far too hot
@Paddle Brush: bristles*|soft;firm|hard;loose
# Beauty / Fragrance
scent|fresh and warm;subtle|heavy;artificial
bottle|elegant;beautiful|leaky;plain
price|fair;reasonable|too high;hard to justify
staying power|impressive;excellent|poor;short
# Beauty / Bath & Body
scent|fresh;subtle|strong;artificial
texture|light;rich|greasy;thin
effect|pleasant;soothing|disappointing;hardly noticeable
packaging|practical;pretty|leaky;impractical
# Beauty / Shaving & Grooming
result|smooth;excellent|rough;uneven
handling|easy;pleasant|awkward;difficult
quality|excellent;high|poor;low
@Electric Shaver,Beard Trimmer: battery|strong;long-lasting|weak;unreliable
@Shaving Cream,Beard Oil: scent|subtle;fresh|strong;artificial
# Books / Fiction
plot|gripping;full of surprises|predictable;confusing
characters*|believable;unforgettable|flat;hard to tell apart
language|lively;beautiful|clumsy;dull
ending|surprising;satisfying|rushed;disappointing
# Books / Non-Fiction
writing|clear;lively|dry;long-winded
research|thorough;impressive|sloppy;thin
pictures*|beautiful;well chosen|small;blurry
structure|clear;logical|confusing;random
# Books / Children's Books
pictures*|beautiful;full of detail|dull;careless
language|simple and lively;just right for children|too difficult;clumsy
pages*|thick;sturdy|thin;badly glued
story|sweet;funny|boring;confusing
# Books / Food & Drink
recipes*|clear;easy to follow|confusing;far too complicated
photos*|beautiful;mouth-watering|few;dull
explanations*|clear;helpful|vague;too short
layout|clear;attractive|confusing;crowded
# Books / Learning
explanations*|clear;easy to follow|confusing;too short
exercises*|useful;varied|boring;full of mistakes
examples*|well chosen;helpful|few;outdated
structure|clear;logical|confusing;random
# Books / Comics
drawings*|beautiful;full of detail|careless;stiff
story|gripping;funny|thin;confusing
print|sharp;rich in color|pale;blurry
characters*|lovable;memorable|flat;hard to tell apart
# Toys / Building Toys
parts*|sturdy;well made|flimsy;badly made
instructions*|clear;easy to follow|confusing;incomplete
colors*|bright;cheerful|pale;ugly
quality|excellent;high|poor;low
# Toys / Dolls & Soft Toys
workmanship|neat;loving|sloppy;poor
quality|excellent;high|poor;low
details*|lovely;well made|crude;badly painted
@Teddy Bear,Plush Rabbit,Hand Puppet: fur|soft;fluffy|rough;thin
# Toys / Games & Puzzles
quality|excellent;high|poor;low
artwork|beautiful;funny|dull;careless
pieces*|sturdy;well made|thin;badly made
@Family Board Game,Card Game,Memory Game,Brain Teaser: rules*|simple;clear|confusing;far too long
# Toys / Vehicles
workmanship|solid;neat|sloppy;poor
wheels*|sturdy;smooth|wobbly;loose
details*|lovely;well made|crude;badly painted
@Remote Control Car: battery|strong;long-lasting|weak;empty in no time
# Toys / Outdoor Play
workmanship|solid;neat|sloppy;poor
quality|excellent;high|poor;low
material|sturdy;weatherproof|thin;brittle
colors*|bright;cheerful|pale;ugly
# Toys / Creative & Learning
quality|excellent;high|poor;low
instructions*|clear;easy to follow|confusing;incomplete
colors*|bright;cheerful|pale;ugly
idea|clever;lovely|boring;badly thought out
# Grocery / Pantry
quality|excellent;high|poor;low
taste|natural;rich|bland;strange
price|fair;reasonable|too high;hard to justify
packaging|practical;sturdy|torn;impractical
# Grocery / Breakfast & Spreads
taste|wonderful;natural|far too sweet;artificial
ingredients*|good;simple|poor;disappointing
texture|just right;pleasant|strange;lumpy
packaging|practical;sturdy|damaged;impractical
# Grocery / Snacks & Sweets
taste|wonderful;rich|bland;artificial
texture|just right;pleasant|strange;too hard
ingredients*|good;simple|poor;disappointing
packaging|practical;pretty|damaged;far too large
# Grocery / Coffee & Tea
aroma|rich;wonderful|weak;stale
taste|round;full|bitter;flat
quality|excellent;high|poor;low
packaging|practical;pretty|damaged;impractical
# Grocery / Drinks
taste|fresh;natural|watery;far too sweet
ingredients*|good;simple|poor;disappointing
price|fair;reasonable|too high;hard to justify
packaging|practical;sturdy|leaky;damaged
# Grocery / Spices & Condiments
aroma|rich;intense|weak;stale
taste|balanced;full|bland;far too strong
quality|excellent;high|poor;low
packaging|practical;pretty|leaky;impractical
"""

# What doesn't come in degrees, by its first word.
_ABSOLUTE = frozenset({
    "as", "below", "brilliant", "damaged", "empty", "excellent", "far", "first-class", "flawless", "full", "hardly",
    "impressive", "incomplete", "just", "of", "outdated", "perfect", "smaller", "too", "torn", "unbearable",
    "unforgettable", "useless", "wonderful", "wrong",
})  # fmt: skip

_MOODS = {"+": (4, 5), "=": (3,), "-": (1, 2)}


def parts() -> Iterator[tuple[str, str, str, int, str]]:
    """Yield one row per sentence, in the order of PART_COLUMNS."""
    for part, table in (("title", _TITLES), ("opening", _OPENINGS), ("frame", _FRAMES), ("closing", _CLOSINGS)):
        for rating, texts in table.items():
            for text in texts.strip().replace("|", "\n").splitlines():
                of = "!Grocery" if text.startswith("~") else ""
                yield "degree" if text.startswith("^") else part, of, "", rating, text.lstrip("~^")
    for text in _PAGES.strip().splitlines():
        yield "page", "", "", 5, text
    category = subcategory = ""
    for line in _USES.strip().splitlines():
        sign, _, rest = line.partition(" ")
        if sign == "#":
            category, _, subcategory = rest.partition(" / ")
            continue
        for text in rest.split("|"):
            for of in subcategory.split("+"):
                for rating in _MOODS[sign]:
                    yield "use", category, of, rating, text


def aspects() -> Iterator[tuple[str, str, str, str, str, str, str, str]]:
    """Yield one row per judgement of a subcategory's aspect, or of some kinds', in the order of ASPECT_COLUMNS."""
    category = subcategory = ""
    for line in _ASPECTS.strip().splitlines():
        if line.startswith("# "):
            category, subcategory = line[2:].split(" / ")
            continue
        kinds, _, rest = line[1:].partition(": ") if line.startswith("@") else ("", "", line)
        aspect, good, bad = rest.split("|")
        number = "plural" if aspect.endswith("*") else "singular"
        for mood, listed in (("good", good), ("bad", bad)):
            for words in listed.split(";"):
                degrees = "no" if words.split()[0] in _ABSOLUTE else "yes"
                kinds_of_it = kinds.replace(",", "|")
                yield category, subcategory, kinds_of_it, aspect.removesuffix("*"), number, mood, words, degrees
